package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageRoutesTest {
  @TempDir private Path folder;

  @Test
  void requests_forThePageItsFilesAndItsState_areCounted() throws Exception {
    try (FakeGate gate =
            new FakeGate(
                folder,
                SampleSale.named("Boots"),
                new PageRenderer.Options("", null, null, false));
        HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("", "state.json", "no-such-file.js")) {
        URI uri = URI.create(gate.url() + path);
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
      }
      assertThat(gate.meters.scrape()).contains("doorbuster_page_requests_total 3.0");
    }
  }
}
