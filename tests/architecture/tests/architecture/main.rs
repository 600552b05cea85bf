//! Rules that hold over the whole repository. One binary, a module a rule.

mod charts;
mod copies;
mod dependencies;
mod imports;
mod ops;
mod owners;
mod pipeline;
mod product_folder;
mod readme;
mod removal;
mod toolchain;
mod topology;
