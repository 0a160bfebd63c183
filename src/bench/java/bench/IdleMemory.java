package bench;

import static bench.Machine.megabytes;
import static bench.Machine.text;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What those cost who are connected and say nothing, and those who wait for news of an order. */
final class IdleMemory implements Race {
  private static final double GOAL = 1.0;
  private static final double MEBIBYTES = 200;
  private static final int IDLE = 10_000;
  private static final int WAITING = 5_000;

  /** They all wait for the end of one wave. */
  private static final String WAVE =
      "\"wave\": " + WAITING + ", \"every\": \"5m\", \"pick\": \"fair\"";

  @Override
  public List<String> lines() {
    return List.of("idle");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    // A server that has not warmed up has no spare memory in which the connections could hide.
    Server server = lab.server(Lab.SERVER_CORE, "gate: {warmUp: 0s}");
    server.sell("race", WAITING, WAVE, "5s", Duration.ZERO);
    Server.Signer signer = server.signer("race");
    long idleHeap = server.liveHeapBytes();
    long idle = Machine.residentBytes(server.pid());

    OpenLoop silent = lab.openLoop(server.port(), IDLE);
    Buffer page = OpenLoop.get("/s/race/state.json", "none", "");
    var shown = silent.start(IDLE, IDLE, Duration.ZERO, i -> page).get();
    OpenLoop waiting = lab.openLoop(server.port(), WAITING);
    String[] places = new String[WAITING];
    OpenLoop.Next note =
        (request, answer) -> {
          places[request] = Answers.header(answer, "Location");
          return null;
        };
    var entered =
        waiting
            .start(2_000, WAITING, Duration.ZERO, i -> OpenLoop.buy("race", signer.pass(i)), note)
            .get();
    CompletableFuture<OpenLoop.Outcome> news =
        waiting.start(
            2_000,
            WAITING,
            Duration.ZERO,
            i -> OpenLoop.get(places[i], signer.pass(i), "Prefer: wait=15\r\n"));
    Lab.pause(Duration.ofSeconds(8));
    long all = Machine.residentBytes(server.pid());
    long allHeap = server.liveHeapBytes();
    List<String> objects = server.largestObjects();
    boolean stillWaiting = !news.isDone();
    var told = news.get();
    return List.of(
        new Result(
            "idle",
            MEBIBYTES / megabytes(all - idle),
            GOAL,
            List.of(
                text(
                    "%,.0f MiB resident above %,.0f; live heap %,.0f MiB above %,.0f",
                    megabytes(all - idle),
                    megabytes(idle),
                    megabytes(allHeap - idleHeap),
                    megabytes(idleHeap)),
                text(
                    "%,d silent connections %s, %,d long polls %s, then %s%s",
                    IDLE,
                    shown.statuses(),
                    WAITING,
                    entered.statuses(),
                    told.statuses(),
                    stillWaiting ? "" : ", NOT ALL AT ONCE")),
            objects,
            Map.of("connectionBytes", (double) (all - idle) / (IDLE + WAITING))));
  }
}
