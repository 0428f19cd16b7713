using StreamBert.Contracts;
using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class ProfileComparisonTests
{
    [Fact]
    public void Production_like_the_training_data_raises_no_alert() =>
        Assert.Equal([], Run(negative: 200).Changes);

    [Fact]
    public void Production_unlike_the_training_data_is_raised_once_and_then_is_normal()
    {
        var harness = Run(negative: 700);

        Assert.Equal(["23:label-drift", "47:-label-drift"], harness.Changes);
        var details = Assert.IsType<DriftEvidence>(harness.Raised[0].Assessment.Evidence).Details;
        Assert.Equal(ProfileComparison.ModelProfile, details.Against);
        Assert.Equal(0.7, details.Reference["negative"], 6);
    }

    [Fact]
    public void The_profile_of_another_version_is_not_compared() =>
        Assert.Equal([], Run(negative: 700, version: "v0").Changes);

    private static DriftHarness Run(long negative, string version = "v1")
    {
        var harness = new DriftHarness(8);
        var profile = new ReferenceProfile
        {
            MeasuredOn = "held-out training texts",
            Texts = 1000,
            Heads = new Dictionary<string, HeadReference>
            {
                ["sentiment"] = new()
                {
                    Labels = new Dictionary<string, long>
                    {
                        ["negative"] = negative,
                        ["neutral"] = (1000 - negative) * 6 / 10,
                        ["positive"] = (1000 - negative) * 4 / 10,
                    },
                    Confidences = [],
                },
            },
            Lengths = [],
            Tokens = 0,
            UnknownTokens = 0,
        };
        DriftDetector.Accept(harness.State, new() { Model = "default", Version = version, Profile = profile, PublishedAt = default });
        return harness.Feed(72, static _ => new());
    }
}
