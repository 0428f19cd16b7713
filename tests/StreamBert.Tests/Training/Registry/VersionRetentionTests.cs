using StreamBert.Contracts;
using StreamBert.Tests.Model;
using StreamBert.Tests.Streaming.Models;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

/// <summary>Tests that only versions which nothing needs are removed.</summary>
public sealed class VersionRetentionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelDirectory _directory;

    public VersionRetentionTests()
    {
        _directory = new(_folder["models"], _folder["shipped"]);
        WritePackage(Path.Combine(_folder["shipped"], "default"), "v1");
        foreach (var version in Enumerable.Range(1, 9))
            WritePackage(PathOf($"v{version}"), $"v{version}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Old_versions_are_removed_but_not_the_newest_the_serving_the_one_before_it_and_the_shipped_one()
    {
        var history = ModelHistory.Of([Promoted("v3"), Promoted("v4"), Promoted("v5")]);

        Assert.Equal(["v2", "v3", "v6", "v7"], await Removable(history, keep: 2));
    }

    [Fact]
    public async Task After_a_rollback_the_version_that_another_rollback_restores_is_kept()
    {
        var history = ModelHistory.Of([Promoted("v3"), Promoted("v5"), RolledBack(from: "v5", to: "v3")]);

        Assert.Equal(["v2", "v4", "v6", "v7", "v8"], await Removable(history, keep: 1));
    }

    [Fact]
    public async Task Pinned_versions_are_kept_until_the_pin_is_removed()
    {
        PinChanged pin = new() { Model = "default", Version = "v2", Pinned = true, By = "anna", ChangedAt = DateTimeOffset.UnixEpoch };

        Assert.DoesNotContain("v2", await Removable(ModelHistory.Of([pin]), keep: 1));
        Assert.Contains("v2", await Removable(ModelHistory.Of([pin, pin with { Pinned = false }]), keep: 1));
    }

    [Fact]
    public async Task The_newest_accepted_candidate_and_the_parent_of_the_newest_candidate_are_kept()
    {
        var history = ModelHistory.Of(
            [Trained("v6", isAccepted: true), Trained("v7", isAccepted: true), Trained("v8", isAccepted: false) with { Parent = "v2" }]);

        Assert.Equal(["v3", "v4", "v5", "v6", "v8"], await Removable(history, keep: 1));
    }

    [Fact]
    public async Task The_candidate_of_a_rollout_is_kept_until_it_has_ended()
    {
        RolloutChanged canary = new()
        {
            Model = "default",
            Version = "v2",
            Champion = "v1",
            Directory = ModelDirectory.NameOf("default", "v2"),
            Sha256 = "00",
            Stage = RolloutStages.Canary,
            ChangedAt = DateTimeOffset.UnixEpoch,
            By = "anna",
            Reason = "asked for",
        };

        Assert.DoesNotContain("v2", await Removable(ModelHistory.Of([canary]), keep: 1));
        Assert.Contains("v2", await Removable(ModelHistory.Of([canary, canary with { Stage = RolloutStages.RolledBack }]), keep: 1));
    }

    [Fact]
    public async Task Packages_that_kept_adapters_build_on_are_kept()
    {
        WritePackage(PathOf("v9"), "v9", parentPackage: "v4");
        WritePackage(PathOf("v4"), "v4", parentPackage: "v3");
        WritePackage(PathOf("v6"), "v6", parentPackage: "v5");

        Assert.Equal(["v2", "v5", "v6", "v7", "v8"], await Removable(ModelHistory.Of([]), keep: 1));
    }

    [Fact]
    public async Task Versions_of_other_models_do_not_count()
    {
        WritePackage(_directory.Resolve("other/v1"), "v1");

        Assert.Equal(8, (await Removable(ModelHistory.Of([]), keep: 0)).Count);
    }

    private Task<IReadOnlyList<string>> Removable(ModelHistory history, int keep) =>
        new VersionRetention(new(_directory, TestStores.None)).FindRemovableAsync(
            "default", history, keep, TestContext.Current.CancellationToken);

    private string PathOf(string version) => _directory.Resolve(ModelDirectory.NameOf("default", version));

    private static void WritePackage(string path, string version, string? parentPackage = null)
    {
        Directory.CreateDirectory(path);
        var parent = parentPackage is null ? "" : $$""", "base": {"name": "{{parentPackage}}", "sha256": "00"}""";
        File.WriteAllText(
            Path.Combine(path, "streambert.json"), $$"""{"version": "{{version}}", "heads": [], "maxTokens": 32{{parent}}}""");
    }

    private static ModelPromoted Promoted(string version) => new()
    {
        Model = "default",
        Version = version,
        Directory = ModelDirectory.NameOf("default", version),
        Sha256 = "00",
        PromotedAt = DateTimeOffset.UnixEpoch,
        By = "training",
    };

    private static ModelRolledBack RolledBack(string from, string to) => new()
    {
        Model = "default",
        From = from,
        To = to,
        Directory = ModelDirectory.NameOf("default", to),
        RolledBackAt = DateTimeOffset.UnixEpoch,
        By = "anna",
        Reason = "worse",
    };

    private static ModelTrained Trained(string version, bool isAccepted) => new()
    {
        Model = "default",
        Version = version,
        TrainedAt = DateTimeOffset.UnixEpoch,
        TrainingSeconds = 1,
        FeedbackCount = 1,
        ReplayCount = 1,
        Candidate = [],
        Accepted = isAccepted,
        Gates = [],
    };
}
