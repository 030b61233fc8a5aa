//! Files: PDFs, UBL documents, attachments.
