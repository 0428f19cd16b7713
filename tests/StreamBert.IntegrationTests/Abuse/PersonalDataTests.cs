using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.IntegrationTests.Up;
using StreamBert.Privacy.Sealing;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// Personal data in every field that can be sent, through the whole program: nothing of it is readable in the data directory (log with its
/// WAL, state store, keys, checkpoints), in answers of the
/// API, on the dashboard, in what the commands print or in the log output.
/// </summary>
public sealed class PersonalDataTests : IDisposable
{
    private const string Settings = """
        {
          "Pipelines": [
            {
              "Name": "open", "Heads": ["intent", "sentiment"],
                  "Monitor": { "Window": "00:00:01", "Rules": { "Fairness": [ { "Attribute": "region", "MinimumCount": 10 } ] } },
              "Routes": [ { "Queue": "all", "Head": "intent", "BelowConfidence": 1 } ],
              "Privacy": { "Redact": ["email", "phone", "card", "iban", "id", "ip"] }
            },
            {
              "Name": "sealed", "Heads": ["intent", "sentiment"],
                  "Monitor": { "Window": "00:00:01", "Rules": { "Fairness": [ { "Attribute": "region", "MinimumCount": 10 } ] } },
              "Routes": [ { "Queue": "all", "Head": "intent", "BelowConfidence": 1 } ], "Privacy": { "PerSubjectKeys": true }
            }
          ]
        }
        """;

    /// <summary>One of each kind; each field has an address of its own beside them, which tells where a leak is.</summary>
    private const string Others = "+49 30 901820, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, 536-90-4399, 203.0.113.77";
    private static readonly string[] Markers = ["@leak.example", "901820", "3704 0044", "4111 1111", "536-90-4399", "203.0.113.77"];
    private static readonly string[] SealedTerms = ["quokkatext", "quokkasource", "quokkasubject", "quokkalanguage", "quokkaname",
        "quokkavalue", "quokkaannotator", "@relic.example"];
    private readonly DataDirectory _directory = new();
    private readonly List<(string What, string Text)> _shown = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Personal_data_is_neither_stored_nor_shown_in_plain_text_and_unreadable_after_an_erasure()
    {
        Directory.CreateDirectory(_directory.DataPath);
        await File.WriteAllTextAsync(Path.Combine(_directory.DataPath, "appsettings.json"), Settings, Cancellation);
        await ReplayAsync();
        await using (var up = StreamBertProcess.Start(_directory.UpArguments("--no-simulator")))
        {
            using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync(), Timeout = TimeSpan.FromSeconds(30) };
            var ids = await SendAsync(http);
            await ShowAsync(http, ids);
            // opened for those who may see it
            Assert.Contains(_shown, static shown => shown.Text.Contains("quokkasubject", StringComparison.Ordinal));
            await EraseAsync(http, ids);
            await up.TerminateAsync();
            await up.WaitForExitAsync();
            _shown.Add(("output of up", up.AllOutput));
        }
        var deadLetters = await StreamBertProcess.RunAsync("dead-letters", "list", "--data", _directory.DataPath);
        _shown.Add(("dead-letters list", deadLetters.AllOutput));

        Assert.All(_shown, static shown => Assert.All(
            Markers,
            marker => Assert.False(Holds(Encoding.UTF8.GetBytes(shown.Text), marker), $"{marker} in {shown.What}: {shown.Text}")));
        foreach (var file in Directory.EnumerateFiles(_directory.DataPath, "*", SearchOption.AllDirectories)
            .Where(static file => !file.EndsWith("appsettings.json", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancellation);
            Assert.All(Markers.Concat(SealedTerms), word => Assert.False(Holds(bytes, word), $"{word} in {file}"));
        }
    }

    private static string Of(string field) => $"{field}@leak.example, {Others}";

    /// <summary>
    /// Rows that are texts, and rows that are none and go to the dead letters as they are; the names of file and columns identify a person
    /// too.
    /// </summary>
    private async Task ReplayAsync()
    {
        var file = _directory.WriteFile("rows of file@leak.example.csv",
            "text,when,id,customer,column@leak.example\n"
            + $"\"{Of("row")}\",2026-01-01T00:00:00Z,{Of("rowid").Replace(",", ";")},\"{Of("rowsubject")}\",\"{Of("cell")}\"\n"
            + $"\"{Of("bad")}\",no time of time@leak.example,1,\"{Of("badsubject")}\",x\n");
        var run = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", file, "--pipeline", "open", "--time", "when", "--id", "id", "--subject", "customer",
                "--once"));
        Assert.Equal(0, run.Code);
    }

    /// <returns>The ids under which the texts are stored.</returns>
    private static async Task<List<string>> SendAsync(HttpClient http)
    {
        var accepted = await SendAsync(http, "open", new()
        {
            ["id"] = "id@leak.example",
            ["text"] = Of("text"),
            ["source"] = Of("source"),
            ["subject"] = Of("subject"),
            ["language"] = "language@leak.example",
            ["attributes"] = new JsonObject
            {
                ["name@leak.example"] = Of("value"),
                ["other@leak.example"] = Of("value"),
                ["region"] = "region@leak.example"
            },
        });
        accepted.AddRange(await SendAsync(http, "sealed", new()
        {
            ["id"] = "sealedid@leak.example",
            ["text"] = "quokkatext",
            ["source"] = "quokkasource",
            ["subject"] = "quokkasubject",
            ["language"] = "quokkalanguage",
            ["attributes"] = new JsonObject { ["quokkaname"] = "quokkavalue", ["region"] = "region@relic.example" },
        }));
        foreach (var (id, annotator) in new[] {
            ("id@leak.example", "annotator@leak.example"),
            ("sealedid@leak.example", "quokkaannotator") })
        {
            await OkAsync(await http.PostAsJsonAsync(
                "v1/feedback",
                new { id, head = "sentiment", label = "negative", annotator, text = Of("verdict") },
                Cancellation));
        }

        await http.PostAsJsonAsync("v1/classify", new { text = Of("asked"), pipeline = "open" }, Cancellation);
        await http.PostAsJsonAsync(
            "v1/explain",
            new { text = Of("why"), pipeline = "open", head = "sentiment", label = "label@leak.example" },
            Cancellation);
        return accepted;
    }

    private static async Task<List<string>> SendAsync(HttpClient http, string pipeline, JsonObject text)
    {
        var answer = await OkAsync(await http.PostAsJsonAsync($"v1/texts?pipeline={pipeline}", text, Cancellation));
        var ids = JsonNode.Parse(answer)!["ids"]!.AsArray().Select(static id => (string)id!).ToList();
        for (var tries = 0; (await http.GetAsync($"v1/predictions/{ids[0]}", Cancellation)).StatusCode == HttpStatusCode.NotFound; tries++)
        {
            Assert.True(tries < 600, $"{ids[0]} was never classified.");
            await Task.Delay(50, Cancellation);
        }
        return ids;
    }

    private async Task ShowAsync(HttpClient http, List<string> ids)
    {
        string[] paths =
        [
            "v1/predictions?limit=100", "v1/dead-letters", "v1/dead-letters/0/0", "v1/alerts?state=all", "v1/trends", "v1/status",
                "v1/audit", "v1/models", "v1/topics", "v1/verify", "v1/pipelines",
            "v1/predictions/id@leak.example", "v1/predictions/sealedid@leak.example", "", "alerts", "dead-letters", "explore", "metrics",
                .. ids.Select(static id => $"v1/predictions/{id}"),
        ];
        foreach (var path in paths)
            _shown.Add((path, await (await http.GetAsync(path, Cancellation)).Content.ReadAsStringAsync(Cancellation)));
        // Found by the id that the client gave, shown by its pseudonym.
        Assert.Equal(
            ids[0],
            (string?)JsonNode.Parse(_shown.First(static shown => shown.What == "v1/predictions/id@leak.example").Text)!["id"]);
        Assert.StartsWith("anon-", ids[0], StringComparison.Ordinal);
    }

    private static async Task EraseAsync(HttpClient http, List<string> ids)
    {
        var proof = JsonNode.Parse(
            await OkAsync(await http.PostAsJsonAsync("v1/erasures", new { subject = "quokkasubject" }, Cancellation)))!;
        Assert.True((bool)proof["holds"]!, proof.ToJsonString());
        foreach (var path in (string[])["v1/predictions?limit=100", $"v1/predictions/{ids[1]}", "v1/dead-letters", "v1/audit",
            "v1/alerts?state=all"])
        {
            var shown = await (await http.GetAsync(path, Cancellation)).Content.ReadAsStringAsync(Cancellation);
            Assert.All(SealedTerms, word => Assert.DoesNotContain(word, shown, StringComparison.Ordinal));
        }
        // A subject of the pipeline that does not seal is found by its own name, and told to be readable still.
        var open = JsonNode.Parse(await OkAsync(await http.PostAsJsonAsync("v1/erasures", new { subject = Of("subject") }, Cancellation)))!;
        Assert.True((long)open["readable"]! > 0, open.ToJsonString());
    }

    private static async Task<string> OkAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }

    /// <summary>Readable as it is, in UTF-16, or in base64 at any of its three alignments.</summary>
    private static bool Holds(byte[] bytes, string word) => Forms(word).Any(form => bytes.AsSpan().IndexOf(form) >= 0);

    private static IEnumerable<byte[]> Forms(string word)
    {
        yield return Encoding.UTF8.GetBytes(word);
        yield return Encoding.Unicode.GetBytes(word);
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String([.. new byte[before], .. Encoding.UTF8.GetBytes(word)]).TrimEnd('=');
            yield return Encoding.ASCII.GetBytes(encoded[(before == 0 ? 0 : before + 1)..^1]);
        }
    }
}
