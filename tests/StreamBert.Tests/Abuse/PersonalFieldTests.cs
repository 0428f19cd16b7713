using System.Text;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Privacy;
using StreamBert.Privacy.Erasure;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Inference;
using StreamBert.Tests.Model;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Abuse;

/// <summary>Checks that personal data in any field of a record is not stored by the worker.</summary>
public sealed class PersonalFieldTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Types = ["email", "phone", "card", "iban", "id", "ip"];
    private static readonly string[] Values
        = ["@leak.example", "+49 30 901820", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "536-90-4399", "203.0.113.77"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => [.. Values.Select(static value => value[0] == '@' ? $"somebody{value}" : value)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_personal_data_is_stored_from_any_field_of_a_text(string value)
    {
        await using var bench = await CreateBenchAsync(new() { Redact = Types });
        await bench.AppendAsync(Text(value));
        await using var loop = bench.Start();

        var prediction = Assert.Single(await bench.PredictionsAsync(1));

        await AssertAbsentAsync(bench, value, topics: [Topics.Predictions, Topics.Route("all")]);
        Assert.StartsWith("anon-", prediction.Id, StringComparison.Ordinal);
        Assert.StartsWith("anon-", prediction.Subject, StringComparison.Ordinal);
        Assert.Equal(4, prediction.Attributes.Count); // no attribute replaced another
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_personal_data_is_stored_from_key_headers_or_value_of_an_invalid_record(string value)
    {
        await using var bench = await CreateBenchAsync(new() { Redact = Types });
        var headers = new Dictionary<string, byte[]>
        {
            ["from"] = Bytes(value),
            [$"of {value}"] = Bytes("x"),
            [$"on {value}"] = Bytes("y"),
            ["ce_subject"] = Bytes(value),
            ["latin"] = [0xff, .. Bytes(value)]
        };
        await bench.AppendAsync(
            Record(value, $$"""{"text": 1, "id": "{{value}}", "subject": "{{value}}", "{{value}}": ["{{value}}"]}""", headers),
            Record(value, $"no JSON of {value}", headers),
            new NewRecord("texts.news", Bytes(value), [0xff, 0xfe, .. Encoding.Unicode.GetBytes($" {value} ")], Now) { Headers = headers });
        await using var loop = bench.Start();

        var deadLetters = await bench.DeadLettersAsync(3);

        Assert.All(deadLetters, static deadLetter => Assert.True(deadLetter.Redacted));
        Assert.All(deadLetters, static deadLetter => Assert.Equal(5, deadLetter.Headers.Count));
        Assert.All(
            deadLetters.SelectMany(static deadLetter => deadLetter.Headers.Values.Append(deadLetter.Key!).Append(deadLetter.Value!)),
            held => Assert.False(ContainsValue(held, value)));
        await AssertAbsentAsync(bench, value, topics: [Topics.DeadLetter]);
        Assert.Single(deadLetters.Select(static deadLetter => Encoding.UTF8.GetString(deadLetter.Key!)).Distinct());
    }

    [Fact]
    public async Task A_subject_has_one_pseudonym_everywhere_and_is_erased_by_name_or_pseudonym()
    {
        await using var bench = await CreateBenchAsync(new() { Redact = Types });
        var guard = new PrivacyFilter(bench.Pipelines, bench.Keys);
        var pipeline = bench.Pipelines.Get("news");
        var admitted = guard.RedactForLog(pipeline, new() { Id = "1", Text = "a", Subject = "ann@leak.example", OccurredAt = Now });
        await bench.AppendAsync(guard.ToRecord(pipeline, admitted), Text("ann@leak.example"));
        await using var loop = bench.Start();

        var subjects = (await bench.PredictionsAsync(2)).Select(static prediction => prediction.Subject).Distinct().ToList();

        Assert.Equal([admitted.Subject], subjects);
        Assert.Equal(bench.Keys.Digest("ann@leak.example"), bench.Keys.Digest(admitted.Subject!));
        var erasure = new SubjectErasure(bench.Log, bench.Pipelines, bench.Keys, TimeProvider.System);
        var byName = await erasure.EraseAsync("ann@leak.example", "tests", Cancellation);
        var byPseudonym = await erasure.EraseAsync(admitted.Subject!, "tests", Cancellation);
        Assert.Equal((byName.Digest, byName.Readable), (byPseudonym.Digest, byPseudonym.Readable));
        Assert.True(byName.Readable >= 4); // two inputs, two predictions: this pipeline does not encrypt
    }

    [Fact]
    public async Task With_subject_keys_all_fields_of_a_text_are_encrypted_and_unreadable_after_erasure()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        await bench.AppendAsync(new NewRecord("texts.news", Bytes("quokka"), Wire.Serialize(new TextReceived
        {
            Id = "1",
            Text = "quokka text",
            Source = "quokka source",
            Subject = "quokka",
            Language = "quokka language",
            OccurredAt = Now,
            Attributes = new Dictionary<string, string> { ["quokka name"] = "quokka value", ["region"] = "north" },
        }), Now));
        await using var loop = bench.Start();

        var stored = Assert.Single(await bench.PredictionsAsync(1));
        var shown = bench.Vault.Open(stored);

        Assert.Equal(("quokka", "quokka text", "quokka source", "quokka value", "quokka language", "north"),
            (shown.Subject, shown.Text, shown.Source, shown.Attributes["quokka name"], shown.Attributes["language"], shown.Attributes[
                "region"]));
        Assert.Equal(["region"], stored.Attributes.Keys); // the fairness rule compares its values
        await AssertAbsentAsync(bench, "quokka", topics: [Topics.Predictions, Topics.Route("all")]);
        bench.Keys.Erase("quokka", Now);
        var erased = bench.Vault.Open(stored);
        Assert.Equal((true, null, null, 1), (erased.Erased, erased.Text, erased.Source, erased.Attributes.Count));
    }

    [Fact]
    public async Task With_subject_keys_a_dead_letter_keeps_no_foreign_header_and_no_readable_key_and_its_replay_uses_the_original()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        var headers = new Dictionary<string, byte[]> { ["quokka header"] = Bytes("quokka") };
        await bench.AppendAsync(Record("quokka", "quokka, no JSON", headers));
        await using (bench.Start())
            Assert.Empty(Assert.Single(await bench.DeadLettersAsync(1)).Headers);
        await AssertAbsentAsync(bench, "quokka", topics: [Topics.DeadLetter]);
        using var acts = new DeadLetterActions(bench.Log, TimeProvider.System);

        Assert.Equal(1, (await acts.ReplayAsync(new(), "tests", again: false, Cancellation)).Done);

        var replayed = (await bench.TakeAsync("texts.news", 2)).Single(static record => record.Headers.ContainsKey(RecordHeaders.ReplayOf));
        Assert.Equal(("quokka", true), (Encoding.UTF8.GetString(replayed.Key!), replayed.Headers.ContainsKey("quokka header")));
    }

    [Fact]
    public void Generated_ids_and_pseudonyms_are_not_redacted()
    {
        using var folder = new TempFolder();
        using var keys = TestKeys.In(folder.Path);
        var guard = new PrivacyFilter(new([new() { Name = "news", Heads = ["h"], Privacy = new() { Redact = Types } }]), keys);
        var random = new Random(1);

        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            var id = new Guid(bytes).ToString();
            Assert.Equal(id, guard.Pseudonymize("news", id));
        }
        var pseudonym = guard.Pseudonymize("news", "ann@leak.example");
        Assert.Equal(pseudonym, guard.Pseudonymize("news", pseudonym));
        Assert.Equal(["ann@leak.example", pseudonym], guard.StoredIdsOf("ann@leak.example"));
    }

    private static async Task<InferenceBench> CreateBenchAsync(PrivacyOptions privacy)
    {
        var bench = new InferenceBench(TestModels.Counting(), [new()
        {
            Name = "news", Heads = ["sentiment"], Privacy = privacy,
            Routes = [new() { Queue = "all", Head = "sentiment" }],
            Monitor = new() { Rules = new() { Fairness = [new() { Attribute = "region" }] } },
        }]);
        await bench.CreateTopicsAsync();
        return bench;
    }

    private static NewRecord Text(string value) => new("texts.news", Bytes(value), Wire.Serialize(new TextReceived
    {
        Id = value,
        Text = $"text of {value}",
        Source = $"source of {value}",
        Subject = value,
        Language = $"language of {value}",
        OccurredAt = Now,
        Notes = [$"note of {value}"],
        Attributes = new Dictionary<string, string> { [$"name of {value}"] = "a", [$"name of {value}."] = value, ["region"] = value },
    }), Now);

    private static NewRecord Record(string key, string value, Dictionary<string, byte[]> headers)
        => new("texts.news", Bytes(key), Bytes(value), Now) { Headers = headers };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task AssertAbsentAsync(InferenceBench bench, string value, string[] topics)
    {
        foreach (var topic in topics)
        {
            await foreach (var record in bench.Log.ReadToEndAsync(topic, null, Cancellation))
            {
                Assert.False(ContainsValue(record.Value!, value) || ContainsValue(record.Key ?? [], value)
                    || record.Headers.Any(header => ContainsValue(header.Value, value)),
                    $"{value} in {topic}: {Encoding.UTF8.GetString(record.Key ?? [])} {Encoding.UTF8.GetString(record.Value!)}");
            }
        }
    }

    private static bool ContainsValue(
        byte[] bytes,
        string value) => Encoding.UTF8.GetString(bytes).Contains(value, StringComparison.OrdinalIgnoreCase)
        || Encoding.Latin1.GetString(bytes).Replace("\0", "").Contains(value, StringComparison.OrdinalIgnoreCase);
}
