using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State.Queries;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Privacy;

/// <summary>Tests the examples of what a candidate would change, whose texts are stored as their predictions have them.</summary>
public sealed class ChangedAnswerSealTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sealed_text_of_an_example_is_opened_until_its_subject_is_erased()
    {
        using var keys = TestKeys.In(_folder.Path);
        var seal = SealCodec.Seal(
            keys.GetOrCreate(["ann"])["ann"], new SealedFields("no refund", null, null).ToBytes(), PredictionSeal.AssociatedData("t-1"));
        var version = Version(new("t-1", "chat", "sentiment", "neutral", "negative", 0.9, null) { Sealed = seal });
        var vault = new SubjectVault(keys);

        var opened = Open(vault, version);
        keys.Erase("ann", Now);
        var erased = Open(vault, version);

        Assert.Equal(("no refund", null, null), (opened.Text, opened.Sealed, opened.Erased));
        Assert.Equal((null, null, true), (erased.Text, erased.Sealed, erased.Erased));
    }

    [Fact]
    public void A_text_that_is_not_sealed_stays_as_it_is() => Assert.Equal(
        "no refund",
        Open(TestKeys.NoVault, Version(new("t-1", "chat", "sentiment", "neutral", "negative", 0.9, "no refund"))).Text);

    private static ChangedAnswer Open(SubjectVault vault, ModelVersionView version) =>
        vault.Open([version])[0].Trained!.Changes!.Examples[0];

    private static ModelVersionView Version(ChangedAnswer example) => new()
    {
        Model = "default",
        Version = "default-v2",
        State = ModelStates.Accepted,
        Predictions = 0,
        Trained = new()
        {
            Model = "default",
            Version = "default-v2",
            TrainedAt = Now,
            TrainingSeconds = 1,
            FeedbackCount = 0,
            ReplayCount = 0,
            Candidate = [],
            Changes = new() { Texts = 1, Changed = 1, OldestAt = Now, NewestAt = Now, Examples = [example] },
            Accepted = true,
            Gates = [],
        },
    };
}
