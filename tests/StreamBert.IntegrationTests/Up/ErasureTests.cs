using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Privacy.Erasure;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

/// <summary>Tests how a complete process stores personal data, and what remains readable after an erasure.</summary>
public sealed class ErasureTests : IDisposable
{
    private const string Settings = """
        {
          "Pipelines": [
            { "Name": "support-chat", "Heads": ["intent", "sentiment"], "Privacy": { "Redact": ["email"], "PerSubjectKeys": true } }
          ]
        }
        """;

    private const string Chats = """
        customer,text
        cust-1,zanzibar: write to ann.zebra@example.com
        cust-2,quokka is fine
        ,nobody in particular: bob.yak@example.com

        """;

    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Texts_of_a_subject_are_stored_encrypted_and_unreadable_after_an_erasure()
    {
        Directory.CreateDirectory(_directory.DataPath);
        await File.WriteAllTextAsync(
            Path.Combine(_directory.DataPath, "appsettings.json"), Settings, TestContext.Current.CancellationToken);
        var chats = _directory.WriteFile("chats.csv", Chats);
        var run = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", chats, "--pipeline", "support-chat", "--subject", "customer", "--once"));
        Assert.True(run.Code == 0, run.AllOutput);

        foreach (var words in (string[])["ann.zebra", "bob.yak", "zanzibar", "quokka"])
            Assert.Empty(FindFilesContaining(words));
        Assert.NotEmpty(FindFilesContaining("nobody in particular: [EMAIL]")); // a text without a subject is not encrypted

        var (proof, code) = await EraseAsync("cust-1");
        // The exit code is 1 because the proof does not cover the state store, which does not run.
        Assert.Equal((1, false, 0L, 0L, 1), (code, proof.StateStore, proof.Readable, proof.KeyNotHere, proof.KeysDeleted));
        Assert.Equal(
            [("predictions", 1L), ("texts.support-chat", 1L)],
            proof.Places.Where(static p => p.Place is "predictions" or "texts.support-chat").Select(static p => (p.Place, p.Erased)));
        Assert.Equal(1, (await EraseAsync("cust-1")).Proof.KeysDeleted);
    }

    [Fact]
    public async Task An_unencrypted_text_of_another_producer_fails_the_proof()
    {
        await using (var log = _directory.OpenLog())
        {
            await log.CreateTopicsAsync([new("texts.support-chat", 1)], TestContext.Current.CancellationToken);
            await log.AppendAsync([new(
                "texts.support-chat",
                "x"u8.ToArray(),
                Encoding.UTF8.GetBytes("""{"id":"1","text":"open","subject":"carl"}"""),
                DateTimeOffset.UnixEpoch)], TestContext.Current.CancellationToken);
            await log.CreateTopicsAsync([new(Topics.Audit, 1)], TestContext.Current.CancellationToken);
        }

        var refused = await StreamBertProcess.RunAsync("erase", "--subject", "carl", "--data", _directory.DataPath);
        Assert.Equal(2, refused.Code);
        Assert.Contains("contains no subject keys", refused.AllOutput, StringComparison.Ordinal);
        using (var keys = new SubjectKeys(Options.Create(new SubjectKeyOptions { Directory = Path.Combine(_directory.DataPath, "keys") })))
            keys.GetOrCreate(["somebody"]);

        var (proof, code) = await EraseAsync("carl");

        Assert.Equal(1, code);
        Assert.Equal(["texts.support-chat/0/0"], Assert.Single(proof.Places).Examples);
    }

    private async Task<(ErasureProof Proof, int Code)> EraseAsync(string subject)
    {
        var erase = await StreamBertProcess.RunAsync("erase", "--subject", subject, "--data", _directory.DataPath, "--json");
        return (JsonSerializer.Deserialize<ErasureProof>(erase.StandardOutput, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException(erase.AllOutput), erase.Code);
    }

    private List<string> FindFilesContaining(string words) =>
        [.. Directory.EnumerateFiles(_directory.DataPath, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0)];
}
