"""The words that pages use in class names, ids, roles and attributes, as data.

They are the words of page builders and of those who write templates (WordPress, Drupal, TYPO3,
Shopify, Docusaurus, Sphinx, DocBook, Bootstrap, hand-written pages …), so mostly English, with
what is common in other languages.  No word is here for the sake of a single site.
"""


def words(text: str) -> frozenset[str]:
    """A set written as one text."""
    return frozenset(text.split())


# ---- furniture of a page: what is not the article ----

# Ways through the site.  They count only for elements that are links for the most part, or nearly
# empty: a restaurant's "menu" is an article.
NAVIGATION = words(
    """
    nav navs navbar navbars navi navigation navigations navigator navigate navbox navcol navlink
    navlinks navmenu navheader navfooter navpanel navpage navsection topnav topnavi topmenu
    subnav subnavi submenu sidenav sidemenu mainnav mainmenu leftnav rightnav bottomnav pagenav
    pagenavi postnav metanav megamenu menu menus menubar menulist dropdown dropdowns flyout
    offcanvas hamburger burger breadcrumb breadcrumbs breadcrump crumb crumbs crumbtrail
    breadcrumbtrail pathway brotkrumen ariane migas rastro briciole kruimelpad pagination
    paginator paginate pager paging seitennavigation skip skiplink skiplinks skipnav jumplinks
    quicklinks backtotop totop scrolltop gototop toplink topbar toolbar tabs tablist language
    languages lang langs locale locales langswitch prev previous next sequentiel toctree links
    linklist morelinks attachments
    """
)

# The path to a page is one although its last step, the page's own title, is no link.
CRUMBS = words(
    """
    breadcrumb breadcrumbs breadcrump crumbs crumbtrail breadcrumbtrail brotkrumen ariane briciole
    kruimelpad
    """
)

# What stands around an article, however long it is.
AROUND = words(
    """
    footer footers foot fuss fusszeile seitenfuss piedepagina pieddepage rodape voettekst stopka
    colophon copyright copyrights imprint bottombar sidebar sidebars
    siderail rail seitenleiste barra cookie cookies gdpr dsgvo rgpd lgpd ccpa consent cmp
    onetrust cookiebot borlabs usercentrics cmplz complianz iubenda cookieyes cky didomi
    tarteaucitron klaro osano termly cookiebanner cookienotice cookiebar cookieconsent
    popup popups modal modals lightbox
    interstitial offcanvas toast toasts comments commentlist commentform commentarea disqus
    kommentare commentaires comentarios commenti respond related relatedposts recommended
    recommendation recommendations recommends similar yarpp outbrain taboola zergnet revcontent
    mgid plista ligatus ad ads adbox adslot adunit adwrap adv advert adverts advertisement
    advertisements advertising advertorial adsense adsbygoogle dfp anzeige anzeigen werbung
    reklame publicite publicidad publicidade sponsor sponsored sponsors promo promos promoted
    promotion promobox cta reviews ticker newsticker tweets twitterfeed instafeed
    testimonial testimonials editsection
    headerlink catlinks printfooter noprint bewertungen kundenbewertungen recensioni
    """
)

# What stands between an article's paragraphs and is never long; a long text of such a class is
# content.
BETWEEN = words(
    """
    newsletter newsletters subscribe subscription subscriptions optin mailchimp mailpoet mc
    share shares sharing sharebar sharebox sharedaddy sharethis shareaholic addtoany addthis
    social socials socialmedia follow followus author authors authorbox byline bylines bio
    avatar contributor contributors autor autoren auteur meta metadata postmeta entrymeta
    timestamp dateline datestamp pubdate published publishdate readingtime readtime lastmod
    lastmodified lastupdated updated date postdate tags taglist tagcloud posttags categories
    rating ratings vote votes voting helpful feedback reaction reactions likes claps credit
    credits imagecredit photocredit bildnachweis attribution login signin signup cart
    basket minicart wishlist search searchbox searchform searchbar suche suchformular
    recherche buscador toc tableofcontents inhaltsverzeichnis sommaire ezToc readmore readalso
    seealso morelinks printlink permalink subscribebox
    """
)

# Long words that are glued to others without a sign ("pagefooter", "leftsidebar").
GLUED = (
    "footer",
    "sidebar",
    "breadcrumb",
    "newsletter",
    "copyright",
    "advertisement",
    "commentlist",
    "navigation",
)
# … but not in "maincolwithfooter".
GLUE_BREAKERS = ("with", "without", "has", "no")

# Whole class names or ids whose words say nothing one by one.
AROUND_NAMES = words(
    """
    cross-sell cross-sells cross-selling crosssell up-sell up-sells upsell upsells also-bought
    also-like you-may-also-like usp-bar news-ticker breaking-news announcement-bar
    announcement-banner announcement-strip notification-bar notice-bar promo-bar alert-dismissible
    alert-dismissable is-dismissible sitenotice usa-banner gov-banner
    """
)

# Class names with these words say what a page has or how it behaves; they name no part of it.
STATE_PREFIXES = (
    "has",
    "no",
    "not",
    "with",
    "without",
    "is",
    "hide",
    "show",
    "category",
    "tag",
    "js",
    "u",
)

# What stands in a heading and is not its text.
HEADING_EXTRAS = words("editsection headerlink permalink anchorlink badge")

# Texts for screen readers only, and icons drawn with letters.
UNSEEN = words(
    """
    sr-only screen-reader-text visually-hidden visuallyhidden screenreader screen-reader
    assistive-text element-invisible u-visually-hidden usa-sr-only govuk-visually-hidden
    show-for-sr sr-text ezlinkbutton cdk-visually-hidden a11y-hidden offscreen
    """
)
ICON = words(
    """
    material-icons material-symbols-outlined material-symbols-rounded material-icons-outlined
    icon icons fa fas far fab glyphicon dashicons icofont bi caret chevron arrow
    """
)
# What a click may show: text of such a class is read although it is hidden.
SHOWN_LATER = words(
    """
    tab tabs tabpanel panel panels pane panes content body slide slides step steps more details
    """
)
# Copies that a slider makes of its own content.
COPY = words(
    """
    slick-cloned swiper-slide-duplicate owl-item-cloned splide__slide--clone bx-clone cloned
    """
)
# Line numbers beside code.
GUTTER = words("gutter lineno linenos linenodiv rouge-gutter hljs-ln-numbers line-number")
# A box inside the text that belongs to it although it is an <aside>.
CALLOUT = words(
    """
    note notes tip tips hint info infobox warning caution danger important admonition callout
    alert notice example definition box message hinweis tipp remarque consejo encadre encart
    astuce recuadro riquadro infokasten
    """
)
# An <aside> of such a class is none of the text's, wherever it stands.
BESIDE = words("widget widgets menu nav pullquote pull banner teaser teasers fixed sticky")
# The ends of a page's own header; the words alone also name headers of cards and entries.
PAGE_HEADER = words(
    """
    header site-header siteheader page-header pageheader main-header mainheader masthead
    global-header top-header header-wrapper header-container header-main site-branding branding
    top-bar
    """
)
# A link or element of such a class, alone in its box, is a call to do something.
BUTTON = words("btn btns button buttons cta")

# ---- accordions ----

# A class name that holds a word of both sets is what one clicks to open something.
OPENS = words(
    """
    accordion accordions accordeon akkordeon acordeon faq faqs toggle toggles collapse
    collapsible collapsable expand expander expandable spoiler disclosure qa qna klapp aufklapp
    foldable
    """
)
OPENER_PARTS = words(
    """
    title titles header heading head headline button btn trigger toggle toggler label question
    questions summary control link opener name handle frage pregunta domanda q term bar
    """
)
PANEL_PARTS = words("content contents body panel pane inner answer antwort respuesta risposta")
QUESTION_WORDS = words("question frage pregunta domanda pergunta vraag pytanie")
ANSWER_WORDS = words("answer antwort respuesta reponse risposta resposta antwoord odpowiedz")
FAQ_WORDS = words("faq faqs qna helpcenter preguntas haeufige")
TOGGLE_ATTRIBUTES = (
    "data-toggle",
    "data-bs-toggle",
    "data-te-collapse-init",
    "data-accordion",
    "uk-toggle",
)
TARGET_ATTRIBUTES = (
    "aria-controls",
    "data-target",
    "data-bs-target",
    "href",
    "data-te-target",
    "data-href",
)

# ---- labels of teasers within a text ----
# How a line begins that points to other pages of the site; folded (see wording.fold).
READ_ALSO = (
    "see also", "read also", "also read", "read more", "read next", "more on", "more about",
    "more from", "further reading", "related", "recommended", "you may also", "you might also",
    "keep reading", "dont miss", "suggested reading", "up next", "siehe auch", "lesen sie auch",
    "lies auch", "auch interessant", "mehr zum thema", "mehr dazu", "mehr lesen", "weitere",
    "weiterlesen", "das könnte", "passend dazu", "lesetipp", "ähnliche", "zum thema",
    "voir aussi", "lire aussi", "à lire", "a lire", "à découvrir", "pour aller plus loin",
    "sur le même sujet", "articles liés", "ver también", "véase también", "lee también",
    "leer también", "te puede interesar", "más sobre", "relacionado", "lea también",
    "leia também", "veja também", "saiba mais", "confira também", "leggi anche", "vedi anche",
    "ti potrebbe interessare", "potrebbe interessarti", "lees ook", "zie ook", "meer over",
    "läs också", "läs även", "se även", "les også", "se også", "læs også", "lue myös",
    "katso myös", "czytaj też", "czytaj także", "zobacz też", "przeczytaj także",
    "zobacz również", "čtěte také", "viz také", "přečtěte si", "olvasta már", "lásd még",
    "citește și", "vezi și", "читайте также", "смотрите также", "по теме", "читайте також",
    "дивіться також", "διαβάστε επίσης", "δείτε επίσης", "ayrıca bakınız", "bunlar da ilginizi",
    "اقرأ أيضا", "إقرأ أيضا", "قد يهمك", "بیشتر بخوانید", "קראו גם", "यह भी पढ़ें", "xem thêm",
    "đọc thêm", "baca juga", "lihat juga", "อ่านเพิ่มเติม", "関連記事", "あわせて読みたい",
    "こちらもおすすめ",
    "关联阅读", "相关阅读", "相关文章", "相關文章", "延伸阅读", "延伸閱讀", "추천 글", "관련 글",
    "함께 보기",
)  # fmt: skip
