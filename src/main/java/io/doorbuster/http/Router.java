package io.doorbuster.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler of a request by method and path segments. A feature registers its own routes;
 * after the start the table does not change.
 */
public final class Router {
  private record Route(String method, String[] segments, Consumer<Exchange> handler) {

    @Nullable Map<String, String> match(String[] path) {
      Map<String, String> parameters = new HashMap<>(4);
      for (int i = 0; i < segments.length; i++) {
        if (segments[i].startsWith("{")) {
          parameters.put(segments[i].substring(1, segments[i].length() - 1), path[i]);
        } else if (!segments[i].equals(path[i])) {
          return null;
        }
      }
      return parameters;
    }
  }

  /** A handler with the path's parameters, or the methods that the path does have. */
  record Match(
      @Nullable Consumer<Exchange> handler, Map<String, String> parameters, Set<String> allowed) {}

  private final Map<Integer, List<Route>> routes = new HashMap<>();

  /**
   * Adds a route.
   *
   * @param path such as {@code /api/orders/{id}}; a segment in braces takes any one segment
   */
  public Router on(String method, String path, Consumer<Exchange> handler) {
    String[] segments = path.split("/", -1);
    routes
        .computeIfAbsent(segments.length, n -> new ArrayList<>())
        .add(new Route(method, segments, handler));
    return this;
  }

  public Router get(String path, Consumer<Exchange> handler) {
    return on("GET", path, handler);
  }

  public Router post(String path, Consumer<Exchange> handler) {
    return on("POST", path, handler);
  }

  /** Every route as {@code METHOD /path}, in the order of registration by length. */
  public Set<String> paths() {
    Set<String> all = new LinkedHashSet<>();
    for (List<Route> sameLength : routes.values()) {
      for (Route route : sameLength) {
        all.add(route.method + " " + String.join("/", route.segments));
      }
    }
    return all;
  }

  /** The handler of a request; HEAD is GET without its body, which the connection leaves out. */
  Match find(String asked, String path) {
    String method = asked.equals("HEAD") ? "GET" : asked;
    String[] segments = path.split("/", -1);
    Set<String> allowed = new LinkedHashSet<>();
    for (Route route : routes.getOrDefault(segments.length, List.of())) {
      Map<String, String> parameters = route.match(segments);
      if (parameters != null) {
        if (route.method.equals(method)) {
          return new Match(route.handler, parameters, Set.of());
        }
        allowed.add(route.method);
        if (route.method.equals("GET")) {
          allowed.add("HEAD");
        }
      }
    }
    return new Match(null, Map.of(), allowed);
  }
}
