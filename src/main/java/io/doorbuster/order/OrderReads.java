package io.doorbuster.order;

import io.doorbuster.sale.OrderId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Reads orders for many who ask at the same moment, as those do whom one commit has woken: while a
 * query is under way the next one gathers. An answer is never older than its question.
 */
final class OrderReads {
  /** Orders a query, at most: an answer stays below a few hundred kilobytes. */
  static final int QUERY_MAX = 1_000;

  private record Question(OrderId order, CompletableFuture<Optional<Order>> answer) {}

  private final Function<Collection<OrderId>, Map<OrderId, Order>> query;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Question> waiting = new ArrayDeque<>();
  private boolean underWay;

  OrderReads(Function<Collection<OrderId>, Map<OrderId, Order>> query) {
    this.query = query;
  }

  /** Blocks until the store has answered, or throws what it threw. */
  Optional<Order> find(OrderId order) {
    Question question = new Question(order, new CompletableFuture<>());
    boolean first;
    lock.lock();
    try {
      waiting.add(question);
      first = !underWay;
      underWay = true;
    } finally {
      lock.unlock();
    }
    if (first) {
      answer(next());
      Thread.ofVirtual().name("order-reads").start(this::answerRest);
    }
    try {
      return question.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void answerRest() {
    for (List<Question> batch = next(); !batch.isEmpty(); batch = next()) {
      answer(batch);
    }
  }

  private void answer(List<Question> batch) {
    try {
      Map<OrderId, Order> found =
          query.apply(new HashSet<>(batch.stream().map(Question::order).toList()));
      batch.forEach(one -> one.answer.complete(Optional.ofNullable(found.get(one.order))));
    } catch (RuntimeException | Error e) {
      batch.forEach(one -> one.answer.completeExceptionally(e));
    }
  }

  private List<Question> next() {
    List<Question> batch = new ArrayList<>();
    lock.lock();
    try {
      while (batch.size() < QUERY_MAX && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
      underWay = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
