package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.RateLimit;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.Document;
import io.vagus.model.Interlock;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SafetyJsonTest {
  private static final Interlock BOUNDED =
      new Interlock("low", "readings.p.value < 8", "Too much", Optional.of(Duration.ofSeconds(90)));
  private static final Interlock FREE = new Interlock("on", "reported.on", "Off", Optional.empty());

  private static CommandModel command(String name, CommandSafety safety) {
    return new CommandModel(
        name,
        Map.of(),
        Set.of(),
        Command.Lane.NORMAL,
        Optional.empty(),
        Duration.ofMinutes(1),
        safety);
  }

  @Test
  void aModelIsReadAsItWasWritten() {
    CommandSafety all =
        new CommandSafety(
            List.of(BOUNDED, FREE),
            Optional.of(new RateLimit(3, Duration.ofMinutes(1))),
            Optional.of(new DeadMan(Duration.ofSeconds(30), new Send("stop", "{\"hard\":true}"))),
            true);
    CommandSafety wanted =
        new CommandSafety(
            List.of(),
            Optional.empty(),
            Optional.of(new DeadMan(Duration.ofSeconds(5), new Want("{\"heater\":false}"))),
            false);
    ProductModel model =
        new ProductModel(
            "valve",
            1,
            "Valve",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            Map.of(
                "move", command("move", all),
                "heat", command("heat", wanted),
                "stop", command("stop", CommandSafety.NONE)),
            new TwinModel(
                Map.of("/a", TwinModel.Conflict.NEWEST),
                Document.EMPTY,
                Map.of("/valve", List.of(BOUNDED))));
    assertThat(CatalogueFacts.model(CatalogueFacts.productSaved(model, 1).body())).isEqualTo(model);
  }
}
