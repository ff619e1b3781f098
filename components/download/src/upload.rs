//! What may be uploaded: media that are sold, and nothing that a browser would run.

use crate::Incomplete;
use crate::file_name::{FILE_NAME_LEN_MAX, safe_file_name, split_ending};
use base64ct::{Base64, Encoding};
use kernel::FieldError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const MB: u64 = 1_000_000;

/// What a file is, which decides how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Music, podcasts, audio books.
    Audio,
    /// Films.
    Video,
    /// Pictures and covers.
    Image,
    /// Documents to print: PDF.
    Document,
    /// E-books: EPUB.
    Book,
    /// Several files in one: zip.
    Archive,
    /// Words: plain text, captions, tables.
    Text,
}

/// Every type that is allowed, what it is, and the endings of its files. There is none among them
/// in which a script could stand, such as HTML or SVG: what is uploaded is served again.
const TYPES: [(&str, Kind, &[&str]); 23] = [
    ("audio/mpeg", Kind::Audio, &[".mp3"]),
    ("audio/mp4", Kind::Audio, &[".m4a", ".m4b", ".mp4"]),
    ("audio/x-m4a", Kind::Audio, &[".m4a"]),
    ("audio/aac", Kind::Audio, &[".aac"]),
    ("audio/flac", Kind::Audio, &[".flac"]),
    ("audio/wav", Kind::Audio, &[".wav"]),
    ("audio/ogg", Kind::Audio, &[".ogg", ".oga", ".opus"]),
    ("video/mp4", Kind::Video, &[".mp4", ".m4v"]),
    ("video/webm", Kind::Video, &[".webm"]),
    ("video/quicktime", Kind::Video, &[".mov"]),
    ("image/jpeg", Kind::Image, &[".jpg", ".jpeg"]),
    ("image/png", Kind::Image, &[".png"]),
    ("image/webp", Kind::Image, &[".webp"]),
    ("image/gif", Kind::Image, &[".gif"]),
    ("image/avif", Kind::Image, &[".avif"]),
    ("application/pdf", Kind::Document, &[".pdf"]),
    ("application/epub+zip", Kind::Book, &[".epub"]),
    ("application/zip", Kind::Archive, &[".zip"]),
    ("application/x-zip-compressed", Kind::Archive, &[".zip"]),
    ("text/plain", Kind::Text, &[".txt"]),
    ("text/markdown", Kind::Text, &[".md"]),
    ("text/csv", Kind::Text, &[".csv"]),
    ("text/vtt", Kind::Text, &[".vtt"]),
];

impl Kind {
    /// Most bytes of a file. A store takes 5 GB in one request
    /// ([AWS](https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html)).
    #[must_use]
    pub const fn size_max(self) -> u64 {
        match self {
            Self::Video | Self::Archive => 5_000 * MB,
            Self::Audio => 1_000 * MB,
            Self::Document | Self::Book => 200 * MB,
            Self::Image => 50 * MB,
            Self::Text => 5 * MB,
        }
    }
}

/// What somebody asks to upload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadRequest {
    /// What the file is called.
    pub file_name: String,
    /// Its media type, without parameters.
    pub content_type: String,
    /// Bytes of it.
    pub size: u64,
    /// Its SHA-256 in standard base64.
    pub checksum: String,
}

/// A file that may be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    file_name: String,
    content_type: &'static str,
    kind: Kind,
    size: u64,
    sha256: String,
}

impl UploadRequest {
    /// Whether the file may be uploaded.
    ///
    /// # Errors
    /// [`FieldError`] names the first field that is wrong: `fileName`, `contentType`, `size`,
    /// `checksum`.
    pub fn check(&self) -> Result<Upload, FieldError> {
        let name = self.file_name.as_str();
        if name.is_empty() || name.len() > FILE_NAME_LEN_MAX {
            let message = format!("must be 1 to {FILE_NAME_LEN_MAX} bytes");
            return Err(FieldError::new("fileName", message));
        }
        if safe_file_name(name) != name {
            let message = "must be a file's name: without a path, control characters, `<>:\"|?*`, \
                           and without a dot or space at either end";
            return Err(FieldError::new("fileName", message));
        }
        let (content_type, kind, endings) = TYPES
            .into_iter()
            .find(|(known, ..)| self.content_type.eq_ignore_ascii_case(known))
            .ok_or_else(|| FieldError::new("contentType", "is not a type that is sold here"))?;
        let (_, ending) = split_ending(name);
        if !endings.iter().any(|known| ending.eq_ignore_ascii_case(known)) {
            let message = format!("must end in {} for {content_type}", endings.join(" or "));
            return Err(FieldError::new("fileName", message));
        }
        if self.size == 0 || self.size > kind.size_max() {
            let message = format!("must be 1 to {} bytes for {content_type}", kind.size_max());
            return Err(FieldError::new("size", message));
        }
        let mut hash = [0; 32];
        if !Base64::decode(&self.checksum, &mut hash).is_ok_and(|hash| hash.len() == 32) {
            return Err(FieldError::new("checksum", "must be a SHA-256 in base64"));
        }
        let (file_name, sha256) = (name.to_owned(), self.checksum.clone());
        Ok(Upload { file_name, content_type, kind, size: self.size, sha256 })
    }
}

impl Upload {
    /// What the file is called.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Its media type.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Bytes of it.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Its SHA-256 in standard base64.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether `bytes` are the file.
    ///
    /// # Errors
    /// [`Incomplete::Size`] and [`Incomplete::Checksum`].
    pub fn check(&self, bytes: &[u8]) -> Result<(), Incomplete> {
        if bytes.len() as u64 != self.size {
            return Err(Incomplete::Size);
        }
        if sha256_base64(bytes) == self.sha256 { Ok(()) } else { Err(Incomplete::Checksum) }
    }
}

/// The SHA-256 of a file in standard base64, as it is asked for.
#[must_use]
pub fn sha256_base64(bytes: &[u8]) -> String {
    Base64::encode_string(&Sha256::digest(bytes))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn request() -> UploadRequest {
        UploadRequest {
            file_name: "Song.mp3".into(),
            content_type: "audio/mpeg".into(),
            size: 5,
            // Of `hello`.
            checksum: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=".into(),
        }
    }

    #[test]
    fn what_is_sold_may_be_uploaded() {
        let upload = request().check().unwrap();
        assert_eq!((upload.kind(), upload.content_type()), (Kind::Audio, "audio/mpeg"));
        for (content_type, kind, endings) in TYPES {
            for ending in endings {
                let file_name = format!("a.b{}", ending.to_uppercase());
                let content_type = content_type.to_uppercase();
                let size = kind.size_max();
                let request = UploadRequest { file_name, content_type, size, ..request() };
                assert_eq!(request.check().unwrap().kind(), kind);
                let request = UploadRequest { size: size + 1, ..request };
                assert_eq!(request.check().unwrap_err().field, "size");
            }
        }
    }

    #[test]
    fn a_file_is_what_was_said() {
        let upload = request().check().unwrap();
        assert_eq!(upload.check(b"hello"), Ok(()));
        assert_eq!(upload.check(b"hello!"), Err(Incomplete::Size));
        assert_eq!(upload.check(b"hallo"), Err(Incomplete::Checksum));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let named = |change: fn(&mut UploadRequest)| {
            let mut request = request();
            change(&mut request);
            request.check().unwrap_err().to_string()
        };
        let name = "`fileName` must be a file's name: without a path, control characters, \
                    `<>:\"|?*`, and without a dot or space at either end";
        assert_eq!(named(|r| r.file_name = "../a.mp3".into()), name);
        assert_eq!(named(|r| r.file_name = "a\n.mp3".into()), name);
        assert_eq!(named(|r| r.file_name = "a\u{202e}3pm.mp3".into()), name);
        assert_eq!(named(|r| r.file_name = String::new()), "`fileName` must be 1 to 200 bytes");
        assert_eq!(
            named(|r| r.file_name = format!("{}.mp3", "a".repeat(200))),
            "`fileName` must be 1 to 200 bytes"
        );
        let ending = "`fileName` must end in .mp3 for audio/mpeg";
        assert_eq!(named(|r| r.file_name = "a.mp3.exe".into()), ending);
        assert_eq!(named(|r| r.file_name = "mp3".into()), ending);
        for content_type in ["text/html", "image/svg+xml", "audio/mpeg; a=b", ""] {
            let request = UploadRequest { content_type: content_type.into(), ..request() };
            let error = request.check().unwrap_err().to_string();
            assert_eq!(error, "`contentType` is not a type that is sold here");
        }
        let size = "`size` must be 1 to 1000000000 bytes for audio/mpeg";
        assert_eq!(named(|r| r.size = 0), size);
        assert_eq!(named(|r| r.size = u64::MAX), size);
        for checksum in ["", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ", "aGVsbG8=", "?"] {
            let request = UploadRequest { checksum: checksum.into(), ..request() };
            let error = request.check().unwrap_err().to_string();
            assert_eq!(error, "`checksum` must be a SHA-256 in base64");
        }
    }

    #[test]
    fn requests_are_read_as_the_api_writes_them() {
        let text = r#"{"fileName": "Song.mp3", "contentType": "audio/mpeg", "size": 5,
            "checksum": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}"#;
        assert_eq!(serde_json::from_str::<UploadRequest>(text).unwrap(), request());
    }
}
