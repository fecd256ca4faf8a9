"""The peers: each indexes texts, keeps the index, opens it and answers, as its documentation shows.

This module runs in the peers' own Python, where Footnote need not be installed: it imports nothing
of ours, and each framework only in the methods of its class.  All take the same folder of weights,
leave the framework's defaults alone (batch sizes, too) unless something is said beside it, and
return as many hits for a question as Footnote does (HITS).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

HITS = 10  # qa.asking.TOP
DIMENSION = 384
RUN_BY = ("sentence-transformers", "torch")


class Way(Protocol):
    """One way from texts to answers."""

    # Distributions that it needs, for versions and to tell what is not installed.
    packages: ClassVar[tuple[str, ...]]

    def load(self, model: str) -> None:
        """Import what is needed, and load the model in that folder."""
        ...

    def build(self, texts: Sequence[str], folder: Path) -> None:
        """Make an index of the texts that can be searched, and keep it in a folder that is new."""
        ...

    def open(self, folder: Path) -> None:
        """Make an index that was kept ready for questions."""
        ...

    def ask(self, question: str) -> str:
        """Return the text of the first of HITS hits."""
        ...


class LangChain:
    """langchain-huggingface, and the FAISS store of langchain-community with its flat index."""

    packages = ("langchain-huggingface", "langchain-community", "faiss-cpu", *RUN_BY)

    def load(self, model: str) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        self.store = FAISS
        self.embeddings = HuggingFaceEmbeddings(model_name=model)

    def build(self, texts: Sequence[str], folder: Path) -> None:
        self.store.from_texts(list(texts), self.embeddings).save_local(str(folder))

    def open(self, folder: Path) -> None:
        # The store keeps its texts in a pickle; this one was written by ``build`` above.
        self.opened = self.store.load_local(
            str(folder), self.embeddings, allow_dangerous_deserialization=True
        )

    def ask(self, question: str) -> str:
        return str(self.opened.similarity_search(question, k=HITS)[0].page_content)


class LlamaIndex:
    """VectorStoreIndex over its FAISS store.

    Its own default store compares in Python, and is several times slower; a text is a node, for
    the texts are as long as they shall be.
    """

    packages = (
        "llama-index-core",
        "llama-index-embeddings-huggingface",
        "llama-index-vector-stores-faiss",
        "faiss-cpu",
        *RUN_BY,
    )

    def load(self, model: str) -> None:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self.model = HuggingFaceEmbedding(model_name=model)

    def build(self, texts: Sequence[str], folder: Path) -> None:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(DIMENSION))
        context = StorageContext.from_defaults(vector_store=store)
        nodes = [TextNode(text=text) for text in texts]
        index = VectorStoreIndex(nodes, storage_context=context, embed_model=self.model)
        index.storage_context.persist(persist_dir=str(folder))

    def open(self, folder: Path) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore.from_persist_dir(str(folder))
        context = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder))
        index: Any = load_index_from_storage(context, embed_model=self.model)
        self.retriever = index.as_retriever(similarity_top_k=HITS)

    def ask(self, question: str) -> str:
        return str(self.retriever.retrieve(question)[0].node.get_content())


class Txtai:
    """An embeddings database with its content stored: FAISS and SQLite."""

    packages = ("txtai", "faiss-cpu", "torch")

    def load(self, model: str) -> None:
        from txtai import Embeddings

        # txtai's own cache of loaded models: else each database would load the model again.
        self.models: dict[str, Any] = {}
        self.make = lambda: Embeddings({"path": model, "content": True}, models=self.models)
        self.make()

    def build(self, texts: Sequence[str], folder: Path) -> None:
        embeddings = self.make()
        embeddings.index(list(texts))
        embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        self.opened = self.make()
        self.opened.load(str(folder))

    def ask(self, question: str) -> str:
        return str(self.opened.search(question, HITS)[0]["text"])


class Haystack:
    """Pipelines over the in-memory store."""

    packages: ClassVar[tuple[str, ...]] = (
        "haystack-ai",
        "sentence-transformers-haystack",
        *RUN_BY,
    )

    def load(self, model: str) -> None:
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        # One of each as in its documentation; the second takes the weights from the first's cache.
        self.documents = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self.questions = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        self.questions.warm_up()

    def build(self, texts: Sequence[str], folder: Path) -> None:
        from haystack import Document

        store = self._store(folder)
        self.documents.warm_up()
        made = self.documents.run([Document(content=text) for text in texts])
        store.write_documents(made["documents"])
        folder.mkdir(parents=True)
        self._keep(store, folder)

    def open(self, folder: Path) -> None:
        from haystack import Pipeline

        self.pipeline = Pipeline()
        self.pipeline.add_component("embedder", self.questions)
        self.pipeline.add_component("retriever", self._retriever(folder))
        self.pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def ask(self, question: str) -> str:
        found = self.pipeline.run({"embedder": {"text": question}})
        return str(found["retriever"]["documents"][0].content)

    def _store(self, folder: Path) -> Any:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        return InMemoryDocumentStore()

    def _keep(self, store: Any, folder: Path) -> None:
        store.save_to_disk(str(folder / "store.json"))

    def _retriever(self, folder: Path) -> Any:
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        return InMemoryEmbeddingRetriever(document_store=store, top_k=HITS)


class HaystackFaiss(Haystack):
    """Pipelines over the store of faiss-haystack."""

    packages = (*Haystack.packages, "faiss-haystack", "faiss-cpu")

    def _store(self, folder: Path) -> Any:
        from haystack_integrations.document_stores.faiss import FAISSDocumentStore

        return FAISSDocumentStore(embedding_dim=DIMENSION)

    def _keep(self, store: Any, folder: Path) -> None:
        store.save(folder / "store")

    def _retriever(self, folder: Path) -> Any:
        from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
        from haystack_integrations.document_stores.faiss import FAISSDocumentStore

        store = FAISSDocumentStore(index_path=str(folder / "store"), embedding_dim=DIMENSION)
        return FAISSEmbeddingRetriever(document_store=store, top_k=HITS)


FRAMEWORKS: Mapping[str, type[Way]] = {
    "langchain": LangChain,
    "llamaindex": LlamaIndex,
    "txtai": Txtai,
    "haystack_faiss": HaystackFaiss,
    "haystack_memory": Haystack,
}
# Nothing leaves the machine: no look-up of the model, no telemetry.  And no GPU: see ``peers``.
ENVIRONMENT: Mapping[str, str] = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
