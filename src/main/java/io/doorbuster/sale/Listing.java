package io.doorbuster.sale;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sale as the catalog keeps it: what the operator wrote, and what has become of it.
 *
 * @param stored the phase in the store; ask {@link #phaseAt} for the one that counts
 * @param seed of the draws, 64 hex digits, secret until the close
 * @param passVersion raised to make every pass given so far worthless
 * @param passExpiresAt fixed at publish, null before it
 * @param publishing whether its allotment is being taken from the regular stock
 * @param voiding whether an operator is ending it as one that should not have been
 * @param epoch raised each time the engine is loaded anew from the store
 * @param revision raised by every change of the sale
 * @param files what the server has of the files that the sale names
 * @param unpublished whether an operator has taken its page down
 */
public record Listing(
    Sale sale,
    SalePhase stored,
    String seed,
    int passVersion,
    @Nullable Instant passExpiresAt,
    boolean publishing,
    boolean voiding,
    long epoch,
    long revision,
    List<ShopFile> files,
    boolean unpublished) {

  public Listing {
    files = List.copyOf(files);
  }

  /** A file as the sale names it now, where the server has it. */
  public Optional<ShopFile> findFile(FileKind kind) {
    String name = sale.files().get(kind);
    return files.stream()
        .filter(file -> file.kind() == kind && file.name().equals(name))
        .findFirst();
  }

  /** The names of the files that the sale names and the server does not have. */
  public List<String> listMissing() {
    return sale.files().entrySet().stream()
        .filter(named -> findFile(named.getKey()).isEmpty())
        .map(java.util.Map.Entry::getValue)
        .toList();
  }

  public SalePhase phaseAt(Instant now) {
    boolean running = stored == SalePhase.PUBLISHED || stored == SalePhase.PAUSED;
    if (running && !now.isBefore(sale.closesAt())) {
      return SalePhase.CLOSED;
    }
    if (stored == SalePhase.PUBLISHED && !now.isBefore(sale.opensAt())) {
      return SalePhase.OPEN;
    }
    return stored;
  }

  /** Whether units may still be sold, now or later. */
  public boolean isRunningAt(Instant now) {
    return switch (phaseAt(now)) {
      case PUBLISHED, OPEN, PAUSED -> true;
      case DRAFT, CLOSED, SETTLED -> false;
    };
  }
}
