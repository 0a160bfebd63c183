package io.doorbuster.page;

import java.util.Optional;

/** Reads what a sale's files are published as; asked once for each content that is new here. */
@FunctionalInterface
public interface ShopContents {
  /** The content by its hash; empty where a newer one has replaced it. */
  Optional<byte[]> find(String sale, String hash);
}
