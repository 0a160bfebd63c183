package io.doorbuster.sale;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all gates of a sale share of its waves. Every call but {@link #tell} may take as long as a
 * store's timeout and throws {@link StoreUnavailable} where its answer is not known; it can then be
 * made again. None is made on an event loop.
 */
public interface WaveNode extends AutoCloseable {
  /**
   * What a gate says of a SKU as it asks.
   *
   * @param outstanding units that this gate has promised: of permits, and of places not yet given
   * @param arrivals requests since its last report
   */
  record Report(String sku, int outstanding, int arrivals) {}

  /**
   * A gate's part of a wave with {@code pick: first}.
   *
   * @param k places of the whole wave, and {@code units} its budget
   * @param places what is this gate's, and for {@code placeUnits} units
   * @param placesLeft what nobody has yet
   */
  record Slice(String sku, int k, int units, int places, int placeUnits, int placesLeft) {}

  /** What is fixed of one SKU's fair wave at its start. */
  record Bounds(int k, int units) {}

  /** An entry that a gate hands in for the draw; {@code buyer} as in the published list. */
  record Candidate(long priority, String buyer, int quantity, OrderId order) {}

  /**
   * What a gate hands in of one SKU.
   *
   * @param entered how many asked there
   * @param complete whether its list has all of them
   */
  record Hand(String sku, int entered, boolean complete, List<Candidate> best) {}

  /**
   * What the draw of one SKU gave.
   *
   * @param won this gate's winners
   * @param twice this gate's entries of buyers who won by their entry at another gate
   */
  record Result(
      int k,
      int units,
      int entries,
      int admitted,
      @Nullable String cutOff,
      Set<OrderId> won,
      Set<OrderId> twice) {}

  /**
   * A wave that is closed.
   *
   * @param counted whether what this gate handed in came before the close
   * @param complete whether all gates' did
   * @param stopped why no draw was held, or null
   */
  record Outcome(
      boolean counted, boolean complete, @Nullable String stopped, Map<String, Result> results) {}

  /** What every gate may know of an entry. */
  record Standing(
      OrderId order,
      BuyerId buyer,
      State state,
      @Nullable String reason,
      String sku,
      int quantity,
      Instant drawAt,
      long wave,
      String entry) {

    /** Where it stands; DRAWN only while its gate lives, and until its order is known. */
    public enum State {
      WAITING,
      DRAWN,
      NOT_DRAWN,
      /** It was drawn, and its gate died with it. */
      GONE
    }
  }

  /** Whether other gates may serve the same sales; if not, nothing here is ever asked. */
  boolean isShared();

  /**
   * How many gates have shown of late that they serve a sale; empty where none but this process
   * could.
   */
  OptionalInt countGates(String sale);

  /** This gate's name among all. */
  String gate();

  /**
   * Takes part of a wave's places; empty where the wave is over or its units are not there yet.
   *
   * @param ask from 1, raised by each further ask of a wave; the same one gets the same places
   * @param free asks the engine for its free units by SKU; empty where it does not hold the sale
   */
  List<Slice> lease(
      Sale sale,
      long wave,
      int ask,
      List<Report> reports,
      Supplier<Optional<Map<String, Integer>>> free);

  /** Takes part in a fair wave; empty where its bounds can not be told yet. */
  Optional<Map<String, Bounds>> open(
      Sale sale, long wave, List<Report> reports, Supplier<Optional<Map<String, Integer>>> free);

  /**
   * Hands this gate's entries in, once for all.
   *
   * @param stopped why the operator lets no draw be held, or null
   */
  void handIn(Sale sale, long wave, List<Hand> hands, @Nullable String stopped);

  /** Closes the wave where that is due; empty while it is not. */
  Optional<Outcome> findOutcome(Sale sale, long wave);

  /**
   * Shows that this gate lives, and tells the entries of gates that do not.
   *
   * @param reports what it has promised by now, or nothing
   * @return false where it was given up meanwhile: what it has not decided is told as not counted
   */
  boolean live(String sale, List<Report> reports);

  /**
   * Makes known where an entry stands, a moment later, one after the other; never waits.
   *
   * @return ends when it is known, or can not be made known; never where this process ends before
   */
  CompletableFuture<Void> tell(String sale, Standing standing);

  Optional<Standing> findEntry(String sale, OrderId order);

  /** A buyer's latest entry. */
  Optional<Standing> findEntry(String sale, BuyerId buyer);

  @Override
  void close();

  /** The one gate of an installation in one process: it shares with nobody. */
  WaveNode ALONE = new OneGate();
}
