//! What the table does not say of the routes of downloads and uploads.

use super::{CURSOR, Doc, LIMIT, Parameter, doc};
use crate::routes::DownloadId;

const DEVICE_ID: Parameter = Parameter {
    name: "X-Device-Id",
    place: "header",
    required: false,
    description: "Which device it is, unless the body says: 1 to 200 visible characters. Without \
                  either, it is known by its browser and its language.",
};

const RANGE: Parameter = Parameter {
    name: "Range",
    place: "header",
    required: false,
    description: "A part of the file. Going on behind its beginning is no further use of the link. \
                  An archive of several files is always sent whole.",
};

pub(super) fn describe(id: DownloadId) -> Doc {
    match id {
        DownloadId::Entitlements => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("What the account has the right to, newest first.", "EntitlementPage")
        },
        DownloadId::AcceptLicence => Doc {
            takes: Some("LicenceAccepted"),
            problems: &[400, 404, 413, 422, 503],
            ..doc("Accepts the licence of what was bought. The first time counts.", "Entitlement")
        },
        DownloadId::CreateLink => Doc {
            takes: Some("NewDownloadLink"),
            gives: (201, Some("DownloadLink")),
            parameters: &[DEVICE_ID],
            problems: &[400, 409, 413, 422, 503],
            ..doc("Makes a link to files that the account has the right to, for 15 minutes.", "")
        },
        DownloadId::Fetch => Doc {
            parameters: &[RANGE],
            problems: &[403, 404, 409, 410, 416, 429, 503],
            ..doc(
                "The file of a link, or an archive of its files. It may also answer 206 with a \
                 part, 302 to the store that has it, or 304. `HEAD` is no use of the link.",
                "File",
            )
        },
        DownloadId::CreateUpload => Doc {
            takes: Some("NewUpload"),
            gives: (201, Some("UploadPlace")),
            problems: &[400, 413, 422, 503],
            ..doc("Announces a file. Announced again, the same file is awaited once.", "")
        },
        DownloadId::PutUpload => Doc {
            takes: Some("File"),
            gives: (204, None),
            problems: &[400, 404, 409, 413, 422, 503],
            ..doc("Takes the file, where there is no store that takes it: up to 32 MiB.", "")
        },
        DownloadId::CompleteUpload => Doc {
            problems: &[404, 409, 422, 503],
            ..doc("Checks that a file has come as announced. May be sent again.", "Asset")
        },
        DownloadId::Assets => Doc {
            parameters: &[LIMIT, CURSOR],
            problems: &[422, 503],
            ..doc("The files, newest first.", "AssetPage")
        },
        DownloadId::ScanFile => Doc {
            problems: &[401, 404, 422, 503],
            ..doc("A file, for the malware scanner. Takes the internal key.", "File")
        },
        DownloadId::ScanVerdict => Doc {
            takes: Some("ScanVerdict"),
            problems: &[400, 401, 404, 409, 413, 422, 503],
            ..doc("What the malware scanner has found. Takes the internal key.", "Asset")
        },
    }
}
