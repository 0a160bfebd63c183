package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.SaleFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExampleSaleTest {
  @Test
  void parse_theExampleSale_findsNothingToMend() throws Exception {
    SaleFile.Result result =
        SaleFile.parse("examples/sale.yaml", Files.readString(Path.of("examples/sale.yaml")));
    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
    assertThat(result.sale()).isPresent();
  }
}
