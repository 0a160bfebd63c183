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
  /**
   * A route, its path cut at the slashes.
   *
   * @param names those of the parameters, null where a segment stands for itself
   */
  private record Route(
      String method, String[] segments, @Nullable String[] names, Consumer<Exchange> handler) {
    static Route of(String method, String path, Consumer<Exchange> handler) {
      String[] segments = path.split("/", -1);
      @Nullable String[] names = new @Nullable String[segments.length];
      for (int i = 0; i < segments.length; i++) {
        if (segments[i].startsWith("{")) {
          names[i] = segments[i].substring(1, segments[i].length() - 1);
        }
      }
      return new Route(method, segments, names, handler);
    }

    /** The parameters of a path, or null; a path that does not fit costs no copy of it. */
    @Nullable Map<String, String> match(String path) {
      Map<String, String> parameters = Map.of();
      int start = 0;
      for (int i = 0; i < segments.length; i++) {
        int end = endOfSegment(path, start);
        String name = names[i];
        if (name != null) {
          parameters = with(parameters, name, path.substring(start, end));
        } else if (end - start != segments[i].length() || !path.startsWith(segments[i], start)) {
          return null;
        }
        start = end + 1;
      }
      return parameters;
    }

    private static int endOfSegment(String path, int start) {
      int slash = path.indexOf('/', start);
      return slash < 0 ? path.length() : slash;
    }

    private static Map<String, String> with(Map<String, String> known, String name, String value) {
      if (known.isEmpty()) {
        return Map.of(name, value);
      }
      Map<String, String> more = new HashMap<>(known);
      more.put(name, value);
      return more;
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
    routes
        .computeIfAbsent(slashes(path), n -> new ArrayList<>())
        .add(Route.of(method, path, handler));
    return this;
  }

  private static int slashes(String path) {
    int slashes = 0;
    for (int i = 0; i < path.length(); i++) {
      slashes += path.charAt(i) == '/' ? 1 : 0;
    }
    return slashes;
  }

  public Router get(String path, Consumer<Exchange> handler) {
    return on("GET", path, handler);
  }

  public Router post(String path, Consumer<Exchange> handler) {
    return on("POST", path, handler);
  }

  public Router put(String path, Consumer<Exchange> handler) {
    return on("PUT", path, handler);
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
    Set<String> allowed = Set.of();
    for (Route route : routes.getOrDefault(slashes(path), List.of())) {
      Map<String, String> parameters = route.match(path);
      if (parameters != null) {
        if (route.method.equals(method)) {
          return new Match(route.handler, parameters, Set.of());
        }
        allowed = allowed.isEmpty() ? new LinkedHashSet<>() : allowed;
        allowed.add(route.method);
        if (route.method.equals("GET")) {
          allowed.add("HEAD");
        }
      }
    }
    return new Match(null, Map.of(), allowed);
  }
}
