package io.doorbuster.sale;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What may still change of a sale. A DRAFT: everything but its id. PUBLISHED and not yet open: also
 * window and release, but nothing that units, prices or passes were made from. Open or paused: what
 * it says of itself. Afterwards nothing. Units have verbs of their own: add and withdraw.
 */
final class Amendment {
  private Amendment() {}

  /**
   * Holds a new text against the sale as it stands.
   *
   * @throws NotAllowed naming every key that may no longer change
   */
  static void check(Listing old, Sale next, Instant now) {
    SalePhase phase = old.phaseAt(now);
    if (old.publishing()) {
      throw new NotAllowed("the sale is being published; wait until that has ended");
    }
    if (phase == SalePhase.DRAFT) {
      return;
    }
    Sale sale = old.sale();
    List<String> fixed = new ArrayList<>();
    note(fixed, "skus", sale.skus(), next.skus());
    note(fixed, "currency", sale.currency(), next.currency());
    note(fixed, "test", sale.test(), next.test());
    note(fixed, "payWithin", sale.payWithin(), next.payWithin());
    note(fixed, "limits", sale.limits(), next.limits());
    boolean started = !now.isBefore(sale.opensAt());
    if (started || phase == SalePhase.PAUSED) {
      note(fixed, "opensAt", sale.opensAt(), next.opensAt());
      note(fixed, "closesAt", sale.closesAt(), next.closesAt());
      note(fixed, "release", sale.release(), next.release());
    }
    if (phase == SalePhase.CLOSED || phase == SalePhase.SETTLED) {
      note(fixed, "title", sale.title(), next.title());
      note(fixed, "description", sale.description(), next.description());
      note(fixed, "image", sale.image(), next.image());
      note(fixed, "page", sale.page(), next.page());
    }
    if (!fixed.isEmpty()) {
      throw new NotAllowed(
          "the sale is " + phase + ": " + String.join(", ", fixed) + " may no longer change");
    }
    if (!started && next.opensAt().isBefore(now)) {
      throw new NotAllowed("opensAt has passed; the start can only be moved to a time to come");
    }
    Instant passesEnd = old.passExpiresAt();
    if (passesEnd != null && next.closesAt().plus(next.payWithin()).isAfter(passesEnd)) {
      throw new NotAllowed(
          "closesAt is later than the passes already given allow ("
              + passesEnd
              + " less payWithin); void this sale and register a new one");
    }
  }

  private static void note(
      List<String> changed, String key, @Nullable Object old, @Nullable Object next) {
    if (!Objects.equals(old, next)) {
      changed.add(key);
    }
  }
}
