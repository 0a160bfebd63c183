package io.doorbuster.outbox;

import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.doorbuster.sale.Database;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store with its relay to a broker, and what a consumer must find at the other end. */
final class SinkFixture implements AutoCloseable {
  /** In the order of an order's life; each has a schema in docs/events. */
  static final List<String> TYPES = List.of("order.placed", "order.paid", "payment.refund-needed");

  private static final int PARK_AFTER = 3;

  /** A message as a consumer sees it. */
  record Message(String key, String body, @Nullable String contentType) {
    JsonObject json() {
      return new JsonObject(body);
    }

    String id() {
      return json().getString("id");
    }
  }

  final Database database;
  final OutboxStore store;
  private final List<Relay> relays = new ArrayList<>();

  SinkFixture(Path folder) throws IOException {
    Files.createDirectories(folder);
    database = Database.open(folder.resolve("doorbuster.db"));
    store = new OutboxStore(database);
  }

  Relay start(EventSink sink) {
    Relay.Options options = new Relay.Options(Relay.Options.NO_LIMIT, 16, PARK_AFTER, false);
    Relay relay = new Relay(store, sink, options, InstantSource.system());
    relays.add(relay);
    relay.start(() -> true);
    return relay;
  }

  /** The example of a type's schema, as of one order. */
  static Event example(String order, String type) {
    JsonObject data = example(type).getJsonObject("data").put("order", order);
    return new Event(
        order + "." + type,
        "sale-1",
        order,
        type,
        false,
        Instant.parse("2027-05-03T08:00:00Z"),
        data);
  }

  private static JsonObject example(String type) {
    return new JsonObject(schemaText(type)).getJsonArray("examples").getJsonObject(0);
  }

  private static String schemaText(String type) {
    try {
      return Files.readString(Path.of("docs/events/" + type + ".v1.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Three events of each order. */
  void appendOrders(int first, int count) {
    List<Event> events = new ArrayList<>();
    for (String type : TYPES) {
      for (int order = first; order < first + count; order++) {
        events.add(example("order-" + order, type));
      }
    }
    OutboxFixture.append(database, events);
  }

  /** An event with a note of so many characters. */
  static Event large(String order, int chars) {
    Event event = event(order, "order.placed");
    event.data().put("shopRef", "x".repeat(chars));
    return event;
  }

  OutboxStatus status() {
    return store.status(InstantSource.system().instant());
  }

  void awaitDelivered(long events) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(status().delivered()).isEqualTo(events));
    assertThat(status().parked()).isZero();
  }

  /** Each event of the orders at least once; the first of each id in their order; all valid. */
  static void assertOrders(int orders, List<Message> messages) {
    Map<String, LinkedHashSet<String>> byKey = new HashMap<>();
    Map<String, String> bodies = new HashMap<>();
    Map<String, JsonSchema> schemas = new HashMap<>();
    for (Message message : messages) {
      JsonObject json = message.json();
      String type = json.getString("type").replace("io.doorbuster.", "").replace(".v1", "");
      JsonSchema schema = schemas.computeIfAbsent(type, SinkFixture::schema);
      assertThat(schema.validate(message.body(), InputFormat.JSON)).isEmpty();
      assertThat(message.contentType()).isEqualTo("application/cloudevents+json");
      assertThat(message.key()).isEqualTo(json.getString("subject"));
      assertThat(bodies.computeIfAbsent(message.id(), id -> message.body()))
          .isEqualTo(message.body());
      byKey.computeIfAbsent(message.key(), key -> new LinkedHashSet<>()).add(message.id());
    }
    assertThat(byKey).hasSize(orders);
    byKey.forEach(
        (key, ids) ->
            assertThat(ids)
                .containsExactlyElementsOf(TYPES.stream().map(t -> key + "." + t).toList()));
  }

  private static JsonSchema schema(String type) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schemaText(type));
  }

  @Override
  public void close() {
    relays.forEach(Relay::close);
    database.close();
  }
}
