package io.doorbuster.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;

/** The origins of pages on other hosts that may call us (CORS). */
record Origins(Set<String> allowed) {
  /** Answers a browser's question ahead of a cross-origin call; true where that was all. */
  boolean answer(HttpServerRequest request) {
    if (allowed.isEmpty()) {
      return false;
    }
    HttpServerResponse response = request.response();
    response.putHeader("Vary", "Origin"); // or a cache gives one origin's answer to another
    String origin = request.getHeader("Origin");
    if (origin == null || !allowed.contains(origin)) {
      return false;
    }
    response.putHeader("Access-Control-Allow-Origin", origin);
    response.putHeader("Access-Control-Expose-Headers", "Location, Retry-After, Age");
    if (!request.method().equals(HttpMethod.OPTIONS)) {
      return false;
    }
    response
        .putHeader("Access-Control-Allow-Methods", "GET, POST")
        .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Prefer")
        .putHeader("Access-Control-Max-Age", "600")
        .setStatusCode(204)
        .end();
    return true;
  }
}
