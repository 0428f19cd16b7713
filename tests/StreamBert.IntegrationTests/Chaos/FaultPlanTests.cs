using StreamBert.Chaos.Plan;

namespace StreamBert.IntegrationTests.Chaos;

public sealed class FaultPlanTests
{
    private static readonly ChaosOptions Options = new() { Directory = "none", Seed = 5, Kills = 50, Pauses = 3, StateKills = 2 };

    [Fact]
    public void A_seed_always_generates_the_same_faults_and_another_seed_different_ones()
    {
        Assert.Equal(FaultPlan.Generate(Options), FaultPlan.Generate(Options));
        Assert.NotEqual(FaultPlan.Generate(Options), FaultPlan.Generate(Options with { Seed = 6 }));
    }

    [Fact]
    public void A_plan_contains_all_requested_faults_and_some_kills_happen_during_a_start()
    {
        var kinds = FaultPlan.Generate(Options).CountBy(static fault => fault.Kind).ToDictionary();

        Assert.Equal(50, kinds[FaultKind.Kill] + kinds[FaultKind.KillDuringStart]);
        Assert.True(kinds[FaultKind.KillDuringStart] > 0);
        Assert.Equal((3, 2), (kinds[FaultKind.Pause], kinds[FaultKind.KillState]));
    }
}
