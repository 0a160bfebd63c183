package io.doorbuster.page.cdn;

import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.ProviderApi.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** What became of each file that was handed in; a task has one or many of them. */
final class AlibabaTasks {
  private static final Set<String> RUNNING = Set.of("Pending", "Refreshing");

  private final String name;
  private final CdnSite site;
  private final Consumer<Outcome> done;
  private final Map<String, Waiting> open = new LinkedHashMap<>();
  private final Map<String, Outcome> ended = new HashMap<>();

  /**
   * A file whose end is not known yet.
   *
   * @param tasks one of these has it
   * @param tries that handing it in took
   * @param seen how far it is
   */
  private record Waiting(List<String> tasks, int tries, String seen) {}

  AlibabaTasks(String name, CdnSite site, Consumer<Outcome> done) {
    this.name = name;
    this.site = site;
    this.done = done;
  }

  /** Whether the answer names the tasks that have the files. */
  boolean handedIn(List<String> paths, Answer answer, String field) {
    List<String> tasks =
        Arrays.stream(answer.text(field).split(",", -1))
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .toList();
    if (!answer.isDone() || tasks.isEmpty()) {
      return false;
    }
    paths.forEach(path -> open.put(path, new Waiting(tasks, answer.tries(), "not begun")));
    return true;
  }

  boolean isOpen() {
    return !open.isEmpty();
  }

  /** The tasks to ask after. */
  List<String> open() {
    Set<String> tasks = new LinkedHashSet<>();
    open.values().forEach(waiting -> tasks.addAll(waiting.tasks));
    return List.copyOf(tasks);
  }

  /** Reads what the tasks are at. A file that is not listed is waited for. */
  void hear(JsonObject answer) {
    Object list = answer.getValue("Tasks");
    if (list instanceof JsonObject wrapped) { // as the call for a page of tasks has it
      list = wrapped.getValue("CDNTask");
    }
    if (list instanceof JsonArray tasks) {
      for (Object task : tasks) {
        if (task instanceof JsonObject one) {
          hearOf(one);
        }
      }
    }
  }

  private void hearOf(JsonObject task) {
    String url = text(task, "ObjectPath");
    for (String path : List.copyOf(open.keySet())) {
      Waiting waiting = Objects.requireNonNull(open.get(path));
      if (url.endsWith(site.host() + path) && waiting.tasks.contains(text(task, "TaskId"))) {
        String status = text(task, "Status");
        if (status.equals("Complete")) {
          end(List.of(path), waiting.tries, "");
        } else if (RUNNING.contains(status)) {
          String seen = status + " " + text(task, "Process");
          open.put(path, new Waiting(waiting.tasks, waiting.tries, seen.strip()));
        } else {
          String why = ProviderApi.shown(status + " " + text(task, "Description"));
          end(List.of(path), waiting.tries, ("its task ended: " + why).strip() + mend(why));
        }
      }
    }
  }

  private static String mend(String why) {
    return why.contains("Origin")
        ? "; see that the origin answers the CDN, and try again"
        : "; try again";
  }

  private static String text(JsonObject from, String field) {
    Object value = from.getValue(field);
    return value == null ? "" : value.toString();
  }

  /** Names an end of all that have none, after so long. */
  void giveUp(Duration wait, String fault) {
    for (String path : List.copyOf(open.keySet())) {
      Waiting waiting = Objects.requireNonNull(open.get(path));
      String last = fault.isEmpty() ? waiting.seen : waiting.seen + "; " + fault;
      end(
          List.of(path),
          waiting.tries,
          "has no end after %d s (%s, task %s); it goes on by itself: look in the console"
              .formatted(wait.toSeconds(), last, String.join(",", waiting.tasks)));
    }
  }

  void endAll(String wrong) {
    for (String path : List.copyOf(open.keySet())) {
      end(List.of(path), Objects.requireNonNull(open.get(path)).tries, wrong);
    }
  }

  void end(List<String> paths, int tries, String wrong) {
    for (String path : paths) {
      open.remove(path);
      Outcome outcome = new Outcome(name, path, CdnProvider.ALL, tries, wrong);
      ended.put(path, outcome);
      done.accept(outcome);
    }
  }

  /** In the order of the paths. */
  List<Outcome> outcomes(List<String> paths) {
    List<Outcome> all = new ArrayList<>();
    paths.forEach(path -> all.add(Objects.requireNonNull(ended.get(path))));
    return all;
  }
}
