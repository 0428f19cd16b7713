using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Privacy.Erasure;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

/// <summary>Personal data through the whole process: what lies in its data directory, and what is left after an erasure.</summary>
public sealed class ErasureTests : IDisposable
{
    private const string Settings = """
        { "Pipelines": [ { "Name": "support-chat", "Heads": ["intent", "sentiment"], "Privacy": { "Redact": ["email"], "PerSubjectKeys": true } } ] }
        """;

    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_subjects_words_lie_nowhere_readable_and_once_erased_nobody_can_read_them()
    {
        Directory.CreateDirectory(_directory.Data);
        await File.WriteAllTextAsync(Path.Combine(_directory.Data, "appsettings.json"), Settings, TestContext.Current.CancellationToken);
        var chats = _directory.File("chats.csv", "customer,text\ncust-1,zanzibar: write to ann.zebra@example.com\ncust-2,quokka is fine\n,nobody in particular: bob.yak@example.com\n");
        var run = await StreamBertProcess.RunAsync(
            _directory.Up("--replay", chats, "--pipeline", "support-chat", "--subject", "customer", "--once"));
        Assert.True(run.Code == 0, run.Everything);

        foreach (var words in (string[])["ann.zebra", "bob.yak", "zanzibar", "quokka"])
            Assert.Empty(Holding(words));
        Assert.NotEmpty(Holding("nobody in particular: [EMAIL]")); // without a subject there is no key

        var (proof, code) = await EraseAsync("cust-1");
        Assert.Equal((1, false, 0L, 0L, 1), (code, proof.StateStore, proof.Readable, proof.KeyNotHere, proof.KeysDeleted)); // no proof without the state store
        Assert.Equal(
            [("predictions", 1L), ("texts.support-chat", 1L)],
            proof.Places.Where(static p => p.Place is "predictions" or "texts.support-chat").Select(static p => (p.Place, p.Erased)));
        Assert.Equal(1, (await EraseAsync("cust-1")).Proof.KeysDeleted);
    }

    [Fact]
    public async Task A_text_that_another_producer_left_readable_fails_the_proof()
    {
        await using (var log = _directory.OpenedLog())
        {
            await log.CreateTopicsAsync([new("texts.support-chat", 1)], TestContext.Current.CancellationToken);
            await log.AppendAsync([new(
                "texts.support-chat",
                "x"u8.ToArray(),
                Encoding.UTF8.GetBytes("""{"id":"1","text":"open","subject":"carl"}"""),
                DateTimeOffset.UnixEpoch)], TestContext.Current.CancellationToken);
            await log.CreateTopicsAsync([new(Topics.Audit, 1)], TestContext.Current.CancellationToken);
        }

        var refused = await StreamBertProcess.RunAsync("erase", "--subject", "carl", "--data", _directory.Data);
        Assert.Equal(2, refused.Code);
        Assert.Contains("contains no subject keys", refused.Everything, StringComparison.Ordinal);
        using (var keys = new SubjectKeys(Options.Create(new SubjectKeyOptions { Directory = Path.Combine(_directory.Data, "keys") })))
            keys.GetOrCreate(["somebody"]);

        var (proof, code) = await EraseAsync("carl");

        Assert.Equal(1, code);
        Assert.Equal(["texts.support-chat/0/0"], Assert.Single(proof.Places).Examples);
    }

    private async Task<(ErasureProof Proof, int Code)> EraseAsync(string subject)
    {
        var erase = await StreamBertProcess.RunAsync("erase", "--subject", subject, "--data", _directory.Data, "--json");
        return (JsonSerializer.Deserialize<ErasureProof>(erase.Out, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException(erase.Everything), erase.Code);
    }

    private List<string> Holding(string words) =>
        [.. Directory.EnumerateFiles(_directory.Data, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0)];
}
