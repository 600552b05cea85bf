//! The main path, and what must hold while things break.

mod crash;
mod looks;
mod main_path;
mod replicas;
mod traces;
