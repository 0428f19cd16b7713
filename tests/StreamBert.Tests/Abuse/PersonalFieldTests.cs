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

/// <summary>Personal data in every field of records that other producers write: what the worker stores of them holds none of it.</summary>
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
    public async Task No_kind_of_personal_data_is_stored_from_any_field_of_a_text(string value)
    {
        await using var place = await PlaceAsync(new() { Redact = Types });
        await place.AppendAsync(Text(value));
        await using var loop = place.Start();

        var prediction = Assert.Single(await place.PredictionsAsync(1));

        await AssertHoldsAsync(place, value, none: [Topics.Predictions, Topics.Route("all")]);
        Assert.StartsWith("anon-", prediction.Id, StringComparison.Ordinal);
        Assert.StartsWith("anon-", prediction.Subject, StringComparison.Ordinal);
        Assert.Equal(4, prediction.Attributes.Count); // no name took the place of another
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nor_from_key_headers_or_bytes_of_a_record_that_is_no_text(string value)
    {
        await using var place = await PlaceAsync(new() { Redact = Types });
        var headers = new Dictionary<string, byte[]>
        {
            ["from"] = Bytes(value),
            [$"of {value}"] = Bytes("x"),
            [$"on {value}"] = Bytes("y"),
            ["ce_subject"] = Bytes(value),
            ["latin"] = [0xff, .. Bytes(value)]
        };
        await place.AppendAsync(
            Record(value, $$"""{"text": 1, "id": "{{value}}", "subject": "{{value}}", "{{value}}": ["{{value}}"]}""", headers),
            Record(value, $"no JSON of {value}", headers),
            new NewRecord("texts.news", Bytes(value), [0xff, 0xfe, .. Encoding.Unicode.GetBytes($" {value} ")], Now) { Headers = headers });
        await using var loop = place.Start();

        var letters = await place.DeadLettersAsync(3);

        Assert.All(letters, static letter => Assert.True(letter.Redacted));
        Assert.All(letters, static letter => Assert.Equal(5, letter.Headers.Count));
        Assert.All(
            letters.SelectMany(static letter => letter.Headers.Values.Append(letter.Key!).Append(letter.Value!)),
            held => Assert.False(Holds(held, value)));
        await AssertHoldsAsync(place, value, none: [Topics.DeadLetter]);
        Assert.Single(letters.Select(static letter => Encoding.UTF8.GetString(letter.Key!)).Distinct()); // still one key
    }

    [Fact]
    public async Task One_subject_has_one_pseudonym_wherever_it_is_met_and_its_erasure_finds_it_by_either()
    {
        await using var place = await PlaceAsync(new() { Redact = Types });
        var guard = new PrivacyFilter(place.Pipelines, place.Keys);
        var pipeline = place.Pipelines.Get("news");
        var admitted = guard.RedactForLog(pipeline, new() { Id = "1", Text = "a", Subject = "ann@leak.example", OccurredAt = Now });
        await place.AppendAsync(guard.ToRecord(pipeline, admitted), Text("ann@leak.example"));
        await using var loop = place.Start();

        var subjects = (await place.PredictionsAsync(2)).Select(static prediction => prediction.Subject).Distinct().ToList();

        Assert.Equal([admitted.Subject], subjects);
        Assert.Equal(place.Keys.Digest("ann@leak.example"), place.Keys.Digest(admitted.Subject!));
        var erasure = new SubjectErasure(place.Log, place.Pipelines, place.Keys, TimeProvider.System);
        var byName = await erasure.EraseAsync("ann@leak.example", "tests", Cancellation);
        var byPseudonym = await erasure.EraseAsync(admitted.Subject!, "tests", Cancellation);
        Assert.Equal((byName.Digest, byName.Readable), (byPseudonym.Digest, byPseudonym.Readable));
        Assert.True(byName.Readable >= 4); // two inputs, two predictions: this pipeline does not seal
    }

    [Fact]
    public async Task With_keys_per_subject_all_that_a_producer_says_is_sealed_and_gone_with_the_key()
    {
        await using var place = await PlaceAsync(new() { PerSubjectKeys = true });
        await place.AppendAsync(new NewRecord("texts.news", Bytes("quokka"), Wire.Serialize(new TextReceived
        {
            Id = "1",
            Text = "quokka text",
            Source = "quokka source",
            Subject = "quokka",
            Language = "quokka language",
            OccurredAt = Now,
            Attributes = new Dictionary<string, string> { ["quokka name"] = "quokka value", ["region"] = "north" },
        }), Now));
        await using var loop = place.Start();

        var stored = Assert.Single(await place.PredictionsAsync(1));
        var shown = place.Vault.Open(stored);

        Assert.Equal(("quokka", "quokka text", "quokka source", "quokka value", "quokka language", "north"),
            (shown.Subject, shown.Text, shown.Source, shown.Attributes["quokka name"], shown.Attributes["language"], shown.Attributes[
                "region"]));
        Assert.Equal(["region"], stored.Attributes.Keys); // the rule compares its values
        await AssertHoldsAsync(place, "quokka", none: [Topics.Predictions, Topics.Route("all")]);
        place.Keys.Erase("quokka", Now);
        var erased = place.Vault.Open(stored);
        Assert.Equal((true, null, null, 1), (erased.Erased, erased.Text, erased.Source, erased.Attributes.Count));
    }

    [Fact]
    public async Task With_keys_per_subject_a_letter_keeps_no_foreign_header_and_no_readable_key_and_its_replay_takes_the_original()
    {
        await using var place = await PlaceAsync(new() { PerSubjectKeys = true });
        var headers = new Dictionary<string, byte[]> { ["quokka header"] = Bytes("quokka") };
        await place.AppendAsync(Record("quokka", "quokka, no JSON", headers));
        await using (place.Start())
            Assert.Empty(Assert.Single(await place.DeadLettersAsync(1)).Headers);
        await AssertHoldsAsync(place, "quokka", none: [Topics.DeadLetter]);
        using var acts = new DeadLetterActions(place.Log, TimeProvider.System);

        Assert.Equal(1, (await acts.ReplayAsync(new(), "tests", again: false, Cancellation)).Done);

        var replayed = (await place.TakeAsync("texts.news", 2)).Single(static record => record.Headers.ContainsKey(RecordHeaders.ReplayOf));
        Assert.Equal(("quokka", true), (Encoding.UTF8.GetString(replayed.Key!), replayed.Headers.ContainsKey("quokka header")));
    }

    [Fact]
    public void Ids_made_here_and_pseudonyms_are_left_as_they_are()
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

    private static async Task<InferenceBench> PlaceAsync(PrivacyOptions privacy)
    {
        var place = new InferenceBench(TestModels.Counting(), [new()
        {
            Name = "news", Heads = ["sentiment"], Privacy = privacy,
            Routes = [new() { Queue = "all", Head = "sentiment" }], Monitor = new() { Fairness = [new() { Attribute = "region" }] },
        }]);
        await place.CreateTopicsAsync();
        return place;
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

    private static async Task AssertHoldsAsync(InferenceBench place, string value, string[] none)
    {
        foreach (var topic in none)
        {
            await foreach (var record in place.Log.ReadToEndAsync(topic, null, Cancellation))
            {
                Assert.False(Holds(record.Value!, value) || Holds(record.Key ?? [], value)
                    || record.Headers.Any(header => Holds(header.Value, value)),
                    $"{value} in {topic}: {Encoding.UTF8.GetString(record.Key ?? [])} {Encoding.UTF8.GetString(record.Value!)}");
            }
        }
    }

    private static bool Holds(
        byte[] bytes,
        string value) => Encoding.UTF8.GetString(bytes).Contains(value, StringComparison.OrdinalIgnoreCase)
        || Encoding.Latin1.GetString(bytes).Replace("\0", "").Contains(value, StringComparison.OrdinalIgnoreCase);
}
