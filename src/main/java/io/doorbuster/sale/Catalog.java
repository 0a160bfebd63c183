package io.doorbuster.sale;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Registers sales, keeps their phases, and tells every change to those who asked, on the thread
 * that makes it: a pause has reached gate and engine when {@link #pause} returns.
 *
 * <h2>Design</h2>
 *
 * The store's row is the truth; what stands in memory is a copy of it, read anew after each commit
 * that changed it, one refresh at a time, so that an older row never replaces a younger one. A
 * change that depends on the phase reads the row inside its own transaction, under its lock ({@link
 * #lock}): two operators at once cannot both be right. A change of an order keeps the row as it is
 * ({@link #hold}), so that a pause, a close or a new epoch waits for it, and it for them. The phase
 * that counts is always asked of the clock ({@link Listing#phaseAt}); the store is told of a close
 * by whoever closes the books.
 */
public final class Catalog {
  /** A pass outlives the close by the time to pay and this, so that a buyer can see his order. */
  private static final Duration PASS_GRACE = Duration.ofHours(24);

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Listing> listings = new ConcurrentHashMap<>();

  /** By their text, since each batch of orders reads its sale's row anew. */
  private final Map<String, Sale> definitions = new ConcurrentHashMap<>();

  /** By their text likewise. */
  private final Map<String, List<ShopFile>> files = new ConcurrentHashMap<>();

  private final Set<String> untold = ConcurrentHashMap.newKeySet();
  private final List<Consumer<Listing>> listeners = new CopyOnWriteArrayList<>();

  /** Reads all sales from the store. */
  public Catalog(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    for (Listing listing : database.read(connection -> query(connection, ""))) {
      listings.put(listing.sale().id(), listing);
    }
  }

  public void onChange(Consumer<Listing> listener) {
    listeners.add(listener);
  }

  public Collection<Listing> listAll() {
    return List.copyOf(listings.values());
  }

  public Optional<Listing> find(String sale) {
    return Optional.ofNullable(listings.get(sale));
  }

  /**
   * A sale that must be there.
   *
   * @throws NotAllowed where there is none
   */
  public Listing get(String sale) {
    return find(sale)
        .orElseThrow(() -> new NotAllowed("there is no sale " + sale + "; `sale list` names them"));
  }

  /** Registers a sale as DRAFT, or takes over what may still change of one that is there. */
  public Listing register(Sale sale) {
    database.write(
        connection -> {
          String definition = SaleFile.toJson(sale).encode();
          boolean isNew = insert(connection, sale, definition);
          Listing known = lock(connection, sale.id());
          if (!isNew) {
            Amendment.check(known, sale, clock.instant());
            if (known.sale().test() != sale.test()) {
              refuseWhileUnitsMove(connection, sale.id());
            }
            update(connection, sale.id(), "definition = ?", definition);
          }
          if (known.stored() == SalePhase.DRAFT) {
            replaceSkus(connection, sale);
          }
          return sale;
        });
    return refresh(sale.id());
  }

  /** Units that are on their way to the shop's stock would be taken for a rehearsal's. */
  private static void refuseWhileUnitsMove(Connection connection, String sale) throws SQLException {
    String sql = "SELECT COUNT(*) FROM intent WHERE sale = ? AND done_at IS NULL";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      if (row.next() && row.getInt(1) > 0) {
        throw new NotAllowed(
            "test can not change yet: units of this sale are on their way to the regular stock");
      }
    }
  }

  /** False where the sale is there already. */
  private boolean insert(Connection connection, Sale sale, String definition) throws SQLException {
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    String sql =
        "INSERT INTO sale (id, definition, phase, seed) VALUES (?, ?, 'DRAFT', ?)"
            + " ON CONFLICT (id) DO NOTHING";
    String hex = HexFormat.of().formatHex(seed);
    return execute(connection, sql, sale.id(), definition, hex) == 1;
  }

  private static void replaceSkus(Connection connection, Sale sale) throws SQLException {
    execute(connection, "DELETE FROM sku WHERE sale = ?", sale.id());
    for (Sku sku : sale.skus()) {
      execute(connection, "INSERT INTO sku (sale, id) VALUES (?, ?)", sale.id(), sku.id());
    }
  }

  /**
   * Marks that the allotment is being taken; its intents stand in the same transaction.
   *
   * @param listing as {@link #lock} gave it in this transaction
   */
  public void startPublishing(Connection connection, Listing listing) throws SQLException {
    if (listing.stored() != SalePhase.DRAFT) {
      throw new NotAllowed("the sale is " + listing.stored() + "; only a DRAFT is published");
    }
    if (listing.publishing()) {
      throw new NotAllowed("the sale is being published already");
    }
    if (!clock.instant().isBefore(listing.sale().closesAt())) {
      throw new NotAllowed("the sale's closesAt has passed; register it again with a later window");
    }
    List<String> missing = listing.listMissing();
    if (!missing.isEmpty()) {
      throw new NotAllowed(
          "the server does not have "
              + String.join(", ", missing)
              + "; run sale add again where the files are");
    }
    update(connection, listing.sale().id(), "publishing = 1");
  }

  /** The allotment could not be taken: a DRAFT again. */
  public void stopPublishing(Connection connection, String sale) throws SQLException {
    update(connection, sale, "publishing = 0");
  }

  /** The whole allotment is there. */
  public void published(Connection connection, Listing listing) throws SQLException {
    Sale sale = listing.sale();
    Instant passExpiresAt = sale.closesAt().plus(sale.payWithin()).plus(PASS_GRACE);
    update(
        connection,
        sale.id(),
        "phase = 'PUBLISHED', publishing = 0, pass_expires_at = ?",
        passExpiresAt.toEpochMilli());
  }

  /** Stops selling until {@link #resume}; survives a restart. */
  public Listing pause(String sale) {
    return move(
        sale,
        phase ->
            switch (phase) {
              case PUBLISHED, OPEN, PAUSED -> SalePhase.PAUSED;
              case DRAFT, CLOSED, SETTLED -> throw wrongPhase(phase, "paused");
            });
  }

  public Listing resume(String sale) {
    return move(
        sale,
        phase ->
            switch (phase) {
              case PUBLISHED, OPEN, PAUSED -> SalePhase.PUBLISHED;
              case DRAFT, CLOSED, SETTLED -> throw wrongPhase(phase, "resumed");
            });
  }

  /** Ends selling for good, by the clock or by hand. */
  public Listing close(String sale) {
    return move(
        sale,
        phase ->
            switch (phase) {
              case PUBLISHED, OPEN, PAUSED, CLOSED -> SalePhase.CLOSED;
              case SETTLED -> SalePhase.SETTLED;
              case DRAFT -> throw wrongPhase(phase, "closed");
            });
  }

  /** The books are closed. */
  public void settled(Connection connection, String sale) throws SQLException {
    update(connection, sale, "phase = 'SETTLED'");
  }

  /** Takes the page of a sale that is over down; survives a restart. */
  public Listing unpublish(String sale) {
    database.write(
        connection -> {
          SalePhase phase = lock(connection, sale).phaseAt(clock.instant());
          switch (phase) {
            case CLOSED, SETTLED -> update(connection, sale, "unpublished = 1");
            case DRAFT -> throw new NotAllowed("a sale that is DRAFT has no page yet");
            case PUBLISHED, OPEN, PAUSED ->
                throw new NotAllowed(
                    "buyers need the page of a sale that is "
                        + phase
                        + ": `sale pause` stops selling; `sale close` or `sale void` it first, then"
                        + " take its page down");
          }
          return phase;
        });
    return refresh(sale);
  }

  /**
   * The page of a sale that was published before is there again, where it was taken down.
   *
   * @param listing as {@link #lock} gave it in this transaction
   */
  public void publishAgain(Connection connection, Listing listing) throws SQLException {
    if (listing.unpublished()) {
      update(connection, listing.sale().id(), "unpublished = 0");
    }
  }

  /** Makes every pass given so far worthless. */
  public Listing revokePasses(String sale) {
    get(sale);
    database.write(
        connection -> {
          lock(connection, sale);
          update(connection, sale, "pass_version = pass_version + 1");
          return sale;
        });
    return refresh(sale);
  }

  /**
   * Starts a new epoch: whatever names an older one can no longer be committed. Others hear of it
   * by the next {@link #refresh}, when the engine has been loaded with it.
   *
   * @param known the epoch that is over; empty where another process has ended it already
   */
  public Optional<Listing> raiseEpoch(String sale, long known) {
    return database.write(
        connection -> {
          if (lock(connection, sale).epoch() != known) {
            return Optional.empty();
          }
          update(connection, sale, "epoch = epoch + 1");
          return Optional.of(read(connection, sale, ""));
        });
  }

  /**
   * Says that a sale is being voided, or no longer is: it is not settled meanwhile, here or
   * elsewhere, even where the process that voids it dies.
   */
  public void voiding(Connection connection, String sale, boolean now) throws SQLException {
    update(connection, sale, "voiding = ?", now ? 1 : 0);
  }

  /** Runs something while no change is told: nothing that is loaded then can miss one. */
  public synchronized void whileUnchanged(Runnable work) {
    work.run();
  }

  private Listing move(String sale, UnaryOperator<SalePhase> step) {
    database.write(
        connection -> {
          Listing now = lock(connection, sale);
          SalePhase next = step.apply(now.phaseAt(clock.instant()));
          update(connection, sale, "phase = ?", next.name());
          return next;
        });
    return refresh(sale);
  }

  private static NotAllowed wrongPhase(SalePhase phase, String verb) {
    return new NotAllowed("a sale that is " + phase + " can not be " + verb);
  }

  /**
   * Reads the sale and keeps it to this transaction: until it ends nobody changes the sale, and
   * nobody holds it. Ahead of all else that the transaction locks.
   */
  public Listing lock(Connection connection, String sale) throws SQLException {
    database.dialect().awaitTurn(connection, sale, true);
    return read(connection, sale, database.dialect().forUpdate());
  }

  /**
   * Reads the sale and keeps it as it is until the transaction ends: its phase, its epoch. Others
   * may hold it too, so what this transaction changes else has locks of its own. Several sales are
   * held in the order of their ids.
   */
  public Listing hold(Connection connection, String sale) throws SQLException {
    database.dialect().awaitTurn(connection, sale, false);
    return read(connection, sale, database.dialect().forShare());
  }

  /** Reads the sale anew and tells the listeners; called after a commit that changed it. */
  public synchronized Listing refresh(String sale) {
    untold.add(sale);
    Listing now = database.read(connection -> read(connection, sale, ""));
    listings.put(sale, now);
    RuntimeException fault = null;
    for (Consumer<Listing> listener : listeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        fault = e; // a pause must reach the others all the same
      }
    }
    if (fault != null) {
      throw fault;
    }
    untold.remove(sale);
    return now;
  }

  /** Takes in what other processes have changed, the new sales too; called often. */
  public void poll() {
    Map<String, Long> revisions = database.read(Catalog::revisions);
    revisions.forEach(
        (sale, revision) -> {
          Listing known = listings.get(sale);
          if (known == null || known.revision() < revision) {
            refresh(sale);
          }
        });
  }

  private static Map<String, Long> revisions(Connection connection) throws SQLException {
    Map<String, Long> revisions = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement("SELECT id, revision FROM sale")) {
      ResultSet row = query.executeQuery();
      while (row.next()) {
        revisions.put(row.getString(1), row.getLong(2));
      }
    }
    return revisions;
  }

  /** Tries again what a {@link #refresh} could not read or tell; called often. */
  public void refreshUntold() {
    for (String sale : untold) {
      refresh(sale);
    }
  }

  private Listing read(Connection connection, String sale, String lock) throws SQLException {
    return query(connection, " WHERE id = ?" + lock, sale).stream()
        .findFirst()
        .orElseThrow(() -> new NotAllowed("there is no sale " + sale));
  }

  private List<Listing> query(Connection connection, String where, String... values)
      throws SQLException {
    List<Listing> all = new ArrayList<>();
    String columns =
        "definition, phase, seed, pass_version, pass_expires_at, publishing, voiding, epoch,"
            + " revision, files, unpublished";
    String sql = "SELECT " + columns + " FROM sale" + where;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setString(i + 1, values[i]);
      }
      ResultSet row = query.executeQuery();
      while (row.next()) {
        String definition = row.getString(1);
        long passExpiresMs = row.getLong(5);
        Instant passExpiresAt = row.wasNull() ? null : Instant.ofEpochMilli(passExpiresMs);
        all.add(
            new Listing(
                definitions.computeIfAbsent(definition, Catalog::parse),
                SalePhase.valueOf(row.getString(2)),
                row.getString(3),
                row.getInt(4),
                passExpiresAt,
                row.getInt(6) != 0,
                row.getInt(7) != 0,
                row.getLong(8),
                row.getLong(9),
                files.computeIfAbsent(row.getString(10), ShopFile::decode),
                row.getInt(11) != 0));
      }
    }
    return all;
  }

  private static Sale parse(String definition) {
    return SaleFile.parse("the store", definition)
        .sale()
        .orElseThrow(() -> new IllegalStateException("unreadable sale: " + definition));
  }

  /** Every change of a sale goes this way, so that none is without a new revision. */
  static void update(Connection connection, String sale, String set, Object... values)
      throws SQLException {
    List<Object> all = new ArrayList<>(List.of(values));
    all.add(sale);
    String sql = "UPDATE sale SET " + set + ", revision = revision + 1 WHERE id = ?";
    execute(connection, sql, all.toArray());
  }

  private static int execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
