using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Privacy.Erasure;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// Tests what remains of the texts of an erased subject in the data sets of a complete process: a run trains a version on labelled texts of
/// two subjects, one of them is erased, and another run follows.
/// </summary>
public sealed class ErasedDatasetTests : IDisposable
{
    private const string Anna = "anna@example.com", Ben = "ben";
    private const string TextOfAnna = "zanzibar", TextOfBen = "quokka";
    private const int TextsOfEach = 20;

    private readonly RolloutSystem _system = new();

    public ErasedDatasetTests()
    {
        _system.Settings.Remove("STREAMBERT_Training__Rollout__Start");
        _system.Settings["STREAMBERT_Training__Epochs"] = "2";
        _system.Settings["STREAMBERT_Training__MinimumFeedback"] = "10000";
        _system.Settings["STREAMBERT_Pipelines__0__Privacy__PerSubjectKeys"] = "true";
        _system.Settings["STREAMBERT_Pipelines__0__Privacy__Redact__0"] = "email";
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task No_command_shows_the_texts_of_an_erased_subject_and_no_later_run_trains_on_them()
    {
        await using var up = _system.Start();
        using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
        await SendAsync(http, Anna, TextOfAnna);
        await SendAsync(http, Ben, TextOfBen);
        await LabelAsync(http, TextOfAnna);
        await LabelAsync(http, TextOfBen);
        await WithdrawAsync(http, IdOf(TextOfAnna, 0));
        await WithdrawAsync(http, IdOf(TextOfBen, 0));
        var before = await TrainAsync(http, "default-v2");
        Assert.Equal(
            Enumerable.Range(1, TextsOfEach - 1).SelectMany(static n => new[] { TextOf(TextOfAnna, n), TextOf(TextOfBen, n) }).Order(),
            (await ExportAsync(before)).Texts.Order());
        AssertNotOnDisk(TextOfAnna, TextOfBen);

        var proof = await http.PostAsJsonAsync("v1/erasures", new { subject = Anna }, Cancellation);
        Assert.Equal(0, (await proof.Content.ReadFromJsonAsync<ErasureProof>(Cancellation))!.Readable);

        var (texts, errors) = await ExportAsync(before);
        Assert.Equal(Enumerable.Range(1, TextsOfEach - 1).Select(static n => TextOf(TextOfBen, n)).Order(), texts.Order());
        Assert.Contains($"{TextsOfEach - 1} rows are left out", errors, StringComparison.Ordinal);
        Assert.Contains(
            $"{TextsOfEach - 1} of the rows cannot be read, because their subjects were erased. Versions that were trained on them: "
            + "default-v2.", await RunAsync("show", before), StringComparison.Ordinal);
        var shown = JsonNode.Parse(await RunAsync("show", before, "--json"))!;
        Assert.Equal((TextsOfEach - 1, 0), ((int)shown["erased"]!, (int)shown["keyNotHere"]!));
        Assert.Equal(["default-v2"], shown["versions"].Deserialize<string[]>()!);

        var after = await TrainAsync(http, "default-v3");
        Assert.Equal(texts.Order(), (await ExportAsync(after)).Texts.Order());
        Assert.Equal(TextsOfEach, (int)JsonNode.Parse(await RunAsync("show", after, "--json"))!["excluded"]!["erased"]!);
        Assert.DoesNotContain(TextOfAnna, await RunAsync("diff", before, after), StringComparison.Ordinal);
        AssertNotOnDisk(TextOfAnna, TextOfBen, Anna);
        Assert.DoesNotContain(TextOfAnna, up.AllOutput, StringComparison.Ordinal);
    }

    private static string TextOf(string word, int n) => $"{word} report of bank number {n}";

    /// <summary>Ids are stored readable.</summary>
    private static string IdOf(string word, int n) => $"{word[0]}-{n}";

    private static async Task SendAsync(HttpClient http, string subject, string word)
    {
        using var answer = await http.PostAsJsonAsync(
            "v1/texts",
            Enumerable.Range(0, TextsOfEach).Select(n => new { id = IdOf(word, n), pipeline = "news", subject, text = TextOf(word, n) }),
            Cancellation);
        answer.EnsureSuccessStatusCode();
        foreach (var n in Enumerable.Range(0, TextsOfEach))
        {
            while ((await http.GetAsync($"v1/predictions/{IdOf(word, n)}", Cancellation)).StatusCode == HttpStatusCode.NotFound)
                await Task.Delay(20, Cancellation);
        }
    }

    private static async Task LabelAsync(HttpClient http, string word)
    {
        string[] labels = ["negative", "neutral", "positive"];
        using var answer = await http.PostAsJsonAsync(
            "v1/feedback",
            Enumerable.Range(0, TextsOfEach).Select(n => new { id = IdOf(word, n), head = "sentiment", label = labels[n % 3] }),
            Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task WithdrawAsync(HttpClient http, string id)
    {
        using var answer = await http.DeleteAsync($"v1/feedback/{id}?head=sentiment", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Starts a run and returns the hash of its data set.</summary>
    private static async Task<string> TrainAsync(HttpClient http, string version)
    {
        using var answer = await http.PostAsJsonAsync("v1/models/default/trainings", new { }, Cancellation);
        answer.EnsureSuccessStatusCode();
        ModelTrained? trained = null;
        while (trained is null)
        {
            await Task.Delay(50, Cancellation);
            trained = (await RolloutSystem.ReadVersionsAsync(http)).FirstOrDefault(view => view.Version == version)?.Trained;
        }
        return trained.Dataset!;
    }

    private async Task<(IReadOnlyList<string?> Texts, string Errors)> ExportAsync(string hash)
    {
        var run = await StreamBertProcess.RunAsync(_system.Settings, "datasets", "export", hash, "--data", _system.Directory.DataPath);
        Assert.True(run.Code == 0, run.AllOutput);
        var rows = run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonSerializer.Deserialize<StoredLabel>(line, JsonSerializerOptions.Web)!);
        return ([.. rows.Select(static row => row.Text)], run.AllOutput);
    }

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        var run = await StreamBertProcess.RunAsync(
            _system.Settings, ["datasets", command, .. arguments, "--data", _system.Directory.DataPath]);
        Assert.True(run.Code == 0, run.AllOutput);
        return run.StandardOutput;
    }

    private void AssertNotOnDisk(params string[] words)
    {
        // The process holds files without content as locks.
        foreach (var file in Directory.EnumerateFiles(_system.Directory.DataPath, "*", SearchOption.AllDirectories)
            .Where(static file => new FileInfo(file).Length > 0))
        {
            var content = File.ReadAllBytes(file).AsSpan();
            foreach (var word in words)
                Assert.True(content.IndexOf(Encoding.UTF8.GetBytes(word)) < 0, $"'{word}' is in {file}");
        }
    }
}
