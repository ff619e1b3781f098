//! The files of demo products: short tones, made by counting, so that they need not be kept
//! anywhere and are the same each time.

use download::{Upload, UploadRequest, sha256_base64};
use kernel::{AssetId, FieldError};
use serde::Deserialize;

/// Samples of a second, each of one byte.
const RATE: u32 = 8_000;

/// A tone of a second.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tone {
    /// Its name here.
    pub id: AssetId,
    /// What it is called.
    file_name: String,
    /// How high it is, in waves a second.
    hz: u32,
}

impl Tone {
    /// The file as it would be uploaded, and its bytes.
    ///
    /// # Errors
    /// A [`FieldError`] for a name that no upload may have.
    pub fn file(&self) -> Result<(Upload, Vec<u8>), FieldError> {
        let bytes = wav(self.hz);
        let request = UploadRequest {
            file_name: self.file_name.clone(),
            content_type: "audio/wav".to_owned(),
            size: bytes.len() as u64,
            checksum: sha256_base64(&bytes),
        };
        Ok((request.check()?, bytes))
    }
}

/// A triangle wave that fades, as [WAV](http://soundfile.sapp.org/doc/WaveFormat/): PCM, one
/// channel, eight bits.
fn wav(hz: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let word = |file: &mut Vec<u8>, n: u32| file.extend_from_slice(&n.to_le_bytes());
    file.extend_from_slice(b"RIFF");
    word(&mut file, 36 + RATE);
    file.extend_from_slice(b"WAVEfmt ");
    word(&mut file, 16);
    // PCM in the lower half, one channel in the upper.
    word(&mut file, 1 | 1 << 16);
    word(&mut file, RATE);
    word(&mut file, RATE);
    // A byte a sample, eight bits of it.
    word(&mut file, 1 | 8 << 16);
    file.extend_from_slice(b"data");
    word(&mut file, RATE);
    for at in 0..RATE {
        // From 0 to 200 and back, in each wave.
        let phase = at * hz % RATE * 400 / RATE;
        let height = if phase < 200 { phase } else { 400 - phase };
        let loud = RATE - at;
        let sample = 128 + (height * loud / RATE) / 2 - (100 * loud / RATE) / 2;
        file.push(u8::try_from(sample).unwrap_or(128));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_are_short_and_the_same_each_time() {
        let (first, again) = (wav(220), wav(220));
        assert_eq!((first.len(), &first), (8_044, &again));
        assert_ne!(first, wav(330));
        assert!(first[44..].iter().any(|&s| s < 90) && first[44..].iter().any(|&s| s > 160));
    }
}
