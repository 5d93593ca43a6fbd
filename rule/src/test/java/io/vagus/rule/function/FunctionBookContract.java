package io.vagus.rule.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.expression.FunctionException;
import io.vagus.expression.Functions;
import io.vagus.function.Shipped;
import io.vagus.kit.VagusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every function book does. */
@Timeout(120)
abstract class FunctionBookContract {
  static final OptionalLong ANY = OptionalLong.empty();

  FunctionBook book;

  abstract FunctionBook open();

  abstract void shut();

  @BeforeEach
  void begin() {
    book = open();
  }

  @AfterEach
  void end() {
    shut();
  }

  /** Another content of units: one example less. */
  static String otherUnits() {
    String manifest = Shipped.manifest("units");
    return manifest.substring(0, manifest.lastIndexOf("\"examples\"")) + "\"examples\": []}";
  }

  FunctionChange save(String module, String example) {
    return book.save(module, Shipped.manifest(example), Shipped.module(example), ANY);
  }

  static Object fahrenheit(Functions functions) throws FunctionException {
    return functions.byName().get("units.fahrenheit").call(List.of(100));
  }

  @Test
  void keepsVersions() throws Exception {
    assertThat(save("units", "units").version()).isEqualTo(1);
    assertThat(save("units", "units").version()).isEqualTo(1);
    assertThat(
            book.save("units", otherUnits(), Shipped.module("units"), OptionalLong.of(1)).version())
        .isEqualTo(2);
    assertThatThrownBy(() -> book.delete("units", OptionalLong.of(1)))
        .isInstanceOf(VagusException.class)
        .hasMessage("version: 2 (expected: 1, as If-Match says)");
    assertThat(book.all()).extracting(FunctionChange::version).containsExactly(2);
    assertThat(fahrenheit(book.functions())).isEqualTo(212.0);
    assertThat(book.delete("units", ANY)).isTrue();
    assertThat(book.delete("units", ANY)).isFalse();
    assertThat(book.functions().byName()).isEmpty();
    assertThat(save("units", "units").version()).isEqualTo(4);
    assertThat(book.versions("units"))
        .extracting(FunctionChange::version)
        .containsExactly(4, 3, 2, 1);
  }

  @Test
  void givesFunctionsAsTheyWere() throws Exception {
    save("units", "units");
    save("vibration", "vibration");
    Functions now = book.functions();
    assertThat(book.at(Map.of("units.fahrenheit", 1))).isSameAs(now);
    assertThat(book.at(Map.of("units.fahrenheit", 0)).byName())
        .doesNotContainKey("units.fahrenheit")
        .containsKey("vibration.rms");
    book.delete("units", ANY);
    assertThat(book.at(Map.of()).byName()).doesNotContainKey("units.fahrenheit");
    assertThat(fahrenheit(book.at(Map.of("units.fahrenheit", 1)))).isEqualTo(212.0);
    assertThat(book.versions()).isEqualTo(Map.of("vibration.peak", 1, "vibration.rms", 1));
  }

  @Test
  void tellsWhichFunctionsChanged() {
    List<String> told = new ArrayList<>();
    book.addListener((name, version) -> told.add(name + " " + version));
    save("debounce", "debounce");
    save("debounce", "debounce");
    book.delete("debounce", ANY);
    assertThat(told).containsExactly("debounce.state 1", "debounce.state 0");
  }

  @Test
  void takesNothingThatIsWrong() {
    assertThatThrownBy(() -> book.save("units", "[]", Shipped.module("units"), ANY))
        .hasMessage("manifest: is no object");
    assertThatThrownBy(() -> save("Units", "units"))
        .hasMessageContaining("function Units: is no name");
    assertThatThrownBy(
            () -> book.save("units", Shipped.manifest("units"), new byte[] {1, 2, 3}, ANY))
        .hasMessageContaining("is no WebAssembly");
    assertThat(book.find("units")).isEmpty();
  }
}
