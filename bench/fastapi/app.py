"""The smallest service of the same kind: what Acetate's REST figures are held against.

FastAPI, SQLAlchemy, SQLite; one process, one file. A row and its JSON, no history, no live room, no dedupe.
"""

import os
import uuid
from typing import Any, Dict, List, Optional

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import JSON, Column, ForeignKey, Integer, String, create_engine, select
from sqlalchemy.orm import Session, declarative_base

engine = create_engine(f"sqlite:///{os.environ['DATABASE']}", connect_args={"timeout": 60})
Base = declarative_base()
app = FastAPI()


class DocumentRow(Base):
    __tablename__ = "documents"
    id = Column(String, primary_key=True)
    title = Column(String, nullable=False)


class AnnotationRow(Base):
    __tablename__ = "annotations"
    number = Column(Integer, primary_key=True)
    id = Column(String, unique=True, nullable=False)
    document_id = Column(String, ForeignKey("documents.id"), index=True, nullable=False)
    type = Column(String, nullable=False)
    geometry = Column(JSON, nullable=False)
    text = Column(String)


class DocumentIn(BaseModel):
    title: str


class AnnotationIn(BaseModel):
    document_id: str
    type: str
    geometry: Dict[str, Any]
    text: Optional[str] = None


class Annotation(AnnotationIn):
    id: str

    class Config:
        orm_mode = True


class AnnotationPage(BaseModel):
    items: List[Annotation]


Base.metadata.create_all(engine)


@app.post("/v1/documents", status_code=201)
def create_document(body: DocumentIn):
    with Session(engine, expire_on_commit=False) as session:
        row = DocumentRow(id=str(uuid.uuid4()), title=body.title)
        session.add(row)
        session.commit()
        return {"id": row.id, "title": row.title}


@app.post("/v1/annotations", status_code=201, response_model=Annotation)
def create_annotation(body: AnnotationIn):
    with Session(engine, expire_on_commit=False) as session:
        if session.get(DocumentRow, body.document_id) is None:
            raise HTTPException(404)
        row = AnnotationRow(id=str(uuid.uuid4()), **body.dict())
        session.add(row)
        session.commit()
        return row


@app.get("/v1/annotations/{annotation_id}", response_model=Annotation)
def get_annotation(annotation_id: str):
    with Session(engine, expire_on_commit=False) as session:
        row = session.scalar(select(AnnotationRow).where(AnnotationRow.id == annotation_id))
        if row is None:
            raise HTTPException(404)
        return row


@app.get("/v1/annotations", response_model=AnnotationPage)
def list_annotations(document_id: str, size: int = 20):
    query = select(AnnotationRow).where(AnnotationRow.document_id == document_id)
    with Session(engine, expire_on_commit=False) as session:
        return {"items": session.scalars(query.order_by(AnnotationRow.number.desc()).limit(size)).all()}
