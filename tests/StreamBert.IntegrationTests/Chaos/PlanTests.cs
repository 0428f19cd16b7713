using StreamBert.Chaos;

namespace StreamBert.IntegrationTests.Chaos;

public sealed class PlanTests
{
    private static readonly ChaosOptions Options = new() { Directory = "none", Seed = 5, Kills = 50, Pauses = 3, StateKills = 2 };

    [Fact]
    public void A_seed_gives_the_same_blows_again_and_another_seed_others()
    {
        Assert.Equal(ChaosPlan.Draw(Options), ChaosPlan.Draw(Options));
        Assert.NotEqual(ChaosPlan.Draw(Options), ChaosPlan.Draw(Options with { Seed = 6 }));
    }

    [Fact]
    public void Every_blow_that_was_asked_for_is_in_it_and_some_kills_strike_a_start()
    {
        var kinds = ChaosPlan.Draw(Options).CountBy(static blow => blow.Kind).ToDictionary();

        Assert.Equal(50, kinds[BlowKind.Kill] + kinds[BlowKind.KillStarting]);
        Assert.True(kinds[BlowKind.KillStarting] > 0);
        Assert.Equal((3, 2), (kinds[BlowKind.Pause], kinds[BlowKind.KillState]));
    }
}
