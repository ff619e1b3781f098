use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Where a tenant's data is kept.
///
/// The places are Cloudflare's location hints and jurisdictions
/// ([data location](https://developers.cloudflare.com/durable-objects/reference/data-location/)).
/// A tenant's region is fixed when the tenant is made: a jurisdiction is part of a shard's address,
/// so to change it would be to lose sight of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Near the first request that touches the data.
    #[default]
    Auto,
    /// Western North America.
    Wnam,
    /// Eastern North America.
    Enam,
    /// South America.
    Sam,
    /// Western Europe.
    Weur,
    /// Eastern Europe.
    Eeur,
    /// Asia and the Pacific.
    Apac,
    /// Oceania.
    Oc,
    /// Africa.
    Afr,
    /// The Middle East.
    Me,
    /// Nowhere but in the European Union.
    EuJurisdiction,
    /// Nowhere but in FedRAMP-compliant data centres.
    FedrampJurisdiction,
}

/// A name that is no [`Region`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRegion;

impl fmt::Display for UnknownRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a region is one of auto, wnam, enam, sam, weur, eeur, apac, oc, afr, me, \
             eu-jurisdiction, fedramp-jurisdiction",
        )
    }
}

impl std::error::Error for UnknownRegion {}

impl Region {
    /// Every region, in the order of the documentation.
    pub const ALL: [Self; 12] = [
        Self::Auto,
        Self::Wnam,
        Self::Enam,
        Self::Sam,
        Self::Weur,
        Self::Eeur,
        Self::Apac,
        Self::Oc,
        Self::Afr,
        Self::Me,
        Self::EuJurisdiction,
        Self::FedrampJurisdiction,
    ];

    /// The name in configuration and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wnam => "wnam",
            Self::Enam => "enam",
            Self::Sam => "sam",
            Self::Weur => "weur",
            Self::Eeur => "eeur",
            Self::Apac => "apac",
            Self::Oc => "oc",
            Self::Afr => "afr",
            Self::Me => "me",
            Self::EuJurisdiction => "eu-jurisdiction",
            Self::FedrampJurisdiction => "fedramp-jurisdiction",
        }
    }

    /// The hint about where to place a new shard, when the region is one.
    #[must_use]
    pub const fn location_hint(self) -> Option<&'static str> {
        match self {
            Self::Auto | Self::EuJurisdiction | Self::FedrampJurisdiction => None,
            hint => Some(hint.as_str()),
        }
    }

    /// The jurisdiction the data may not leave, when the region is one.
    #[must_use]
    pub const fn jurisdiction(self) -> Option<&'static str> {
        match self {
            Self::EuJurisdiction => Some("eu"),
            Self::FedrampJurisdiction => Some("fedramp"),
            _ => None,
        }
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(name: &str) -> Result<Self, UnknownRegion> {
        Self::ALL.into_iter().find(|region| region.as_str() == name).ok_or(UnknownRegion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_json_agrees() {
        for region in Region::ALL {
            assert_eq!(region.as_str().parse(), Ok(region));
            let json = serde_json::to_string(&region).unwrap();
            assert_eq!(json, format!("\"{}\"", region.as_str()));
        }
        assert_eq!("mars".parse::<Region>(), Err(UnknownRegion));
    }

    #[test]
    fn a_region_is_a_hint_or_a_jurisdiction_or_neither() {
        for region in Region::ALL {
            assert!(region.location_hint().is_none() || region.jurisdiction().is_none());
        }
        assert_eq!(Region::Weur.location_hint(), Some("weur"));
        assert_eq!(Region::EuJurisdiction.jurisdiction(), Some("eu"));
    }
}
