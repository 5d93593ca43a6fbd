package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.expression.Functions;
import io.vagus.rule.InMemoryRuleBook;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.Surroundings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RuleCompilerTest {
  private static final String HOT =
      """
      {"id": "hot", "owner": "heating", "products": ["pump"], "when": "device.id != ''",
       "effects": [{"do": "event", "severity": "info", "text": "hot"}]}
      """;

  @Test
  void bringsNothingIntoForceBeforeTheNewestIsCompiled() {
    InMemoryRuleBook book = new InMemoryRuleBook();
    book.put(RuleCodec.read(HOT.getBytes(StandardCharsets.UTF_8)));
    Queue<Runnable> waiting = new ArrayDeque<>();
    RuleCompiler compiler =
        new RuleCompiler(
            new RuleParts(
                book, set -> new Products(Map.of()), set -> Functions.NONE, Surroundings.NONE),
            waiting::add);
    long inForce = book.revision();
    assertThat(compiler.next(inForce)).isEmpty(); // after a start: not back to no rules at all
    waiting.remove().run();
    assertThat(compiler.next(inForce)).isEmpty();
    book.remove("hot");
    assertThat(compiler.next(inForce)).isEmpty();
    waiting.remove().run();
    assertThat(compiler.next(inForce)).hasValue(book.revision());
  }
}
