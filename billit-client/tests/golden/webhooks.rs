use crate::Sample;

pub(crate) fn requests() -> Vec<Sample> {
    vec![]
}
