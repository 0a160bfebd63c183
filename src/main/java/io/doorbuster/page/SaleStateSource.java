package io.doorbuster.page;

import java.util.Optional;

/** Tells the state of a sale from memory, without blocking; empty where there is no such page. */
@FunctionalInterface
public interface SaleStateSource {
  Optional<SaleState> find(String sale);
}
