using System.Text;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Inference.Serving;
using StreamBert.Operations.DeadLetters;
using StreamBert.Privacy;
using StreamBert.Privacy.Erasure;
using StreamBert.Privacy.Redaction;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Model;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Inference.Outputs;

/// <summary>Tests which parts of a text the model reads, and which the log contains afterwards.</summary>
public sealed class PrivacyTests
{
    private const string Text = "write to ann@example.com or call +49 30 901820";
    private const string Redacted = "write to [EMAIL] or call [PHONE]";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly List<string> _seen = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_of_another_producer_is_redacted_before_the_model_and_in_the_prediction()
    {
        await using var bench = await CreateBenchAsync(new() { Redact = ["email", "phone"] });
        await bench.AppendAsync(Foreign("1", Text, attributes: new() { ["contact"] = "bob@example.com" }));
        await using var loop = bench.Start();

        var prediction = Assert.Single(await bench.PredictionsAsync(1));

        Assert.Equal(Redacted, prediction.Text);
        Assert.Equal("[EMAIL]", prediction.Attributes["contact"]);
        Assert.Equal([Redacted], _seen);
    }

    [Fact]
    public async Task The_model_may_read_the_original_while_the_log_contains_it_only_sealed()
    {
        await using var bench = await CreateBenchAsync(
            new() { Redact = ["email", "phone"], ModelInput = PrivacyOptions.Original, PerSubjectKeys = true });
        var guard = new PrivacyFilter(bench.Pipelines, bench.Keys);
        var pipeline = bench.Pipelines.Get("news");
        var admitted = guard.RedactForLog(pipeline, new() { Id = "1", Text = Text, Subject = "ann", OccurredAt = Now });
        await bench.AppendAsync(bench.Vault.Seal([(pipeline, "ann", Record(admitted))]));
        await using var loop = bench.Start();

        var prediction = Assert.Single(await bench.PredictionsAsync(1));

        Assert.Equal([Text], _seen);
        Assert.Null(prediction.Text);
        Assert.Null(prediction.Story);
        Assert.Equal(Redacted, bench.Vault.Open(prediction).Text);
        Assert.False(await HoldsAsync(bench, "example.com"));
    }

    [Fact]
    public async Task A_text_without_a_subject_has_no_key_and_is_redacted_whatever_the_model_may_read()
    {
        await using var bench = await CreateBenchAsync(
            new() { Redact = ["email", "phone"], ModelInput = PrivacyOptions.Original, PerSubjectKeys = true });

        Assert.Equal(Redacted, new PrivacyFilter(bench.Pipelines, bench.Keys).RedactForLog(
            bench.Pipelines.Get("news"),
            new() { Id = "1", Text = Text, OccurredAt = Now }).Text);
    }

    [Fact]
    public async Task Recognised_persons_are_redacted_after_the_model_has_read_them()
    {
        var model = Watched();
        await using var bench = await CreateBenchAsync(new() { Redact = ["name", "email"] }, model with
        {
            EntityHeads = ["people"],
            Classify = texts => [.. model.Classify(texts)
                .Select(static answer => answer with { Entities = [new("PER", 0, 3, 0.9, "people"), new("ORG", 10, 14, 0.9, "people")] })],
        }, "people");
        await bench.AppendAsync(Foreign("1", "Ann works (acme), ann@example.com"), Foreign("2", "Bob leads acme"));
        await using var loop = bench.Start();

        var predictions = (await bench.PredictionsAsync(2)).ToDictionary(static p => p.Id);

        Assert.Equal("[NAME] leads acme", predictions["2"].Text);
        Assert.Equal([(0, 6, null), (13, 17, "acme")], predictions["2"].Entities!.Select(static e => (e.Start, e.End, e.Text)));
        Assert.StartsWith("[NAME] works", predictions["1"].Text, StringComparison.Ordinal);
        Assert.EndsWith("[EMAIL]", predictions["1"].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_of_a_redacting_pipeline_contains_no_personal_data_and_is_marked_as_redacted()
    {
        await using var bench = await CreateBenchAsync(new() { Redact = ["email"] });
        await bench.AppendAsync(
            new NewRecord("texts.news", "1"u8.ToArray(), """{"text":"to ann\u0040example.com"}"""u8.ToArray(), Now),
            new NewRecord("texts.news", "1"u8.ToArray(), "not JSON from ann@example.com"u8.ToArray(), Now),
            new NewRecord("texts.news", "1"u8.ToArray(), [.. "not UTF-8 "u8, 0xff, .. " ann@example.com"u8], Now),
            new NewRecord("texts.news", "1"u8.ToArray(), "nothing to hide"u8.ToArray(), Now));
        await using var loop = bench.Start();

        var deadLetters = await bench.DeadLettersAsync(4);

        Assert.Equal([true, true, true, null], deadLetters.Select(static deadLetter => deadLetter.Redacted));
        Assert.Equal("""{"text":"to [EMAIL]"}""", Encoding.UTF8.GetString(deadLetters[0].Value!));
        Assert.Equal("not JSON from [EMAIL]", Encoding.UTF8.GetString(deadLetters[1].Value!));
        Assert.Equal([.. "not UTF-8 "u8, 0xff, .. " [EMAIL]"u8], deadLetters[2].Value!);
    }

    [Fact]
    public async Task A_text_whose_subject_was_erased_before_the_read_becomes_an_unreadable_dead_letter()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        await bench.AppendAsync(bench.Vault
            .Seal([(bench.Pipelines.Get("news"), "ann", Record(new() { Id = "1", Text = "secret", Subject = "ann", OccurredAt = Now }))]));
        bench.Keys.Erase("ann", Now);
        await using var loop = bench.Start();

        var deadLetter = Assert.Single(await bench.DeadLettersAsync(1));

        Assert.Equal(DeadLetterReasons.Erased, deadLetter.Reason);
        Assert.Equal(-1, deadLetter.Value.AsSpan().IndexOf("secret"u8));
    }

    [Fact]
    public async Task Erasing_a_subject_makes_every_copy_of_its_texts_unreadable_and_the_proof_lists_the_exceptions()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        var pipeline = bench.Pipelines.Get("news");
        NewRecord Sealed(string id, string subject)
        {
            var text = new TextReceived { Id = id, Text = $"secret {id}", Subject = subject, OccurredAt = Now };
            return bench.Vault.Seal([(pipeline, subject, Record(text))])[0];
        }

        await bench.AppendAsync(Sealed("1", "ann"), Sealed("2", "ann"), Sealed("3", "bob"), Foreign("4", "open 4", "carl"));
        var feedback = new FeedbackReceived
        {
            Id = "1",
            Pipeline = "news",
            Head = "sentiment",
            Label = "positive",
            OccurredAt = Now,
            Subject = "ann",
            Text = "secret 1",
        };
        await bench.AppendAsync(
            bench.Vault.Seal([(pipeline, "ann", new(Topics.Feedback, "1"u8.ToArray(), Wire.Serialize(feedback), Now))]));
        await using var loop = bench.Start();
        var predictions = (await bench.PredictionsAsync(4)).ToDictionary(static p => p.Id);
        Assert.Equal("secret 1", bench.Vault.Open(predictions["1"]).Text);
        Assert.False(await HoldsAsync(bench, "secret"));
        var erasure = new SubjectErasure(bench.Log, bench.Pipelines, bench.Keys, TimeProvider.System);

        var proof = await erasure.EraseAsync("ann", "tests", Cancellation);

        Assert.Equal((0L, 0L, false), (proof.Readable, proof.KeyNotHere, proof.Holds)); // nobody has looked at the state store
        Assert.True((proof with { StateStore = true }).Holds);
        Assert.Equal([("predictions", 2L), ("texts.news", 2L), ("feedback", 1L)], proof.Places.Select(static p => (p.Place, p.Erased)));
        Assert.Equal((null, true), (bench.Vault.Open(predictions["1"]).Text, bench.Vault.Open(predictions["1"]).Erased));
        Assert.Equal("secret 3", bench.Vault.Open(predictions["3"]).Text);
        Assert.Equal(
            proof with { CheckedAt = default, RecordsRead = 0, Places = [] },
            (await erasure.ProveAsync(proof.Digest, Cancellation)) with { CheckedAt = default, RecordsRead = 0, Places = [] });

        var audit = Wire.Deserialize<AuditEntry>(Assert.Single(await bench.TakeAsync(Topics.Audit, 1)).Value);
        Assert.Equal(
            (AuditActions.SubjectErased, proof.Digest, "tests", "1"),
            (audit.Action, audit.Target, audit.Actor, audit.Details["keysDeleted"]));

        var open = await erasure.EraseAsync("carl", "tests", Cancellation);
        Assert.False(open.Holds);
        Assert.Equal(
            [("texts.news", 1L, 0L)],
            open.Places.Where(static p => p.Readable > 0).Select(static p => (p.Place, p.Readable, p.Erased)));
        Assert.StartsWith("texts.news/", Assert.Single(open.Places[^1].Examples), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_in_another_directory_fail_the_proof()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        await bench.AppendAsync(bench.Vault
            .Seal([(bench.Pipelines.Get("news"), "ann", Record(new() { Id = "1", Text = "secret", Subject = "ann", OccurredAt = Now }))]));
        using var elsewhere = new TempFolder();
        using var fresh = TestKeys.In(elsewhere.Path);
        Assert.False(fresh.FileExists);

        var proof = await new SubjectErasure(bench.Log, bench.Pipelines, fresh, TimeProvider.System).EraseAsync(
            "ann",
            "tests",
            Cancellation);

        Assert.Equal(("texts.news", 1L, 0L), Assert.Single(proof.Places.Select(static p => (p.Place, p.KeyNotHere, p.Erased))));
        Assert.False((proof with { StateStore = true }).Holds);
    }

    [Fact]
    public async Task An_unparseable_record_is_counted_and_fails_the_proof_of_the_subject_in_its_key()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        await bench.AppendAsync(
            new NewRecord("texts.news", "ann"u8.ToArray(), """{"id":"1","text":"a","subject":"x """u8.ToArray(), Now),
            new NewRecord("texts.news", "ann"u8.ToArray(), [.. """{"id":"1","text":"a","subject":"""u8, (byte)'"', 0xff, .. "\"}"u8], Now));
        var erasure = new SubjectErasure(bench.Log, bench.Pipelines, bench.Keys, TimeProvider.System);

        var ann = Assert.Single((await erasure.EraseAsync("ann", "tests", Cancellation)).Places);
        var bob = await erasure.EraseAsync("bob", "tests", Cancellation);

        Assert.Equal((2L, 0L), (ann.Readable, ann.NotJudged));
        Assert.Equal((0L, 2L, true), (bob.Readable, bob.NotJudged, (bob with { StateStore = true }).Holds));
    }

    [Fact]
    public async Task A_dead_letter_with_an_unknown_subject_has_no_value_and_its_replay_appends_the_original()
    {
        await using var bench = await CreateBenchAsync(new() { PerSubjectKeys = true });
        await bench.AppendAsync(new NewRecord("texts.news", "1"u8.ToArray(), "secret, no JSON"u8.ToArray(), Now));
        await using (bench.Start())
        {
            var deadLetter = Assert.Single(await bench.DeadLettersAsync(1));
            Assert.Equal((null, true, 0L), (deadLetter.Value, deadLetter.Redacted, deadLetter.Origin.Offset));
        }
        using var acts = new DeadLetterActions(bench.Log, TimeProvider.System);

        var acted = await acts.ReplayAsync(new(), "tests", again: false, Cancellation);

        Assert.Equal(new(1, 0, 0), acted);
        Assert.All(await bench.TakeAsync("texts.news", 2), static record => Assert.Equal("secret, no JSON"u8.ToArray(), record.Value));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "name")]
    public void Feedback_without_a_prediction_keeps_no_text_where_its_subject_or_names_are_protected(bool seals, string? redacts)
    {
        var pipeline = new PipelineOptions
        {
            Name = "news",
            Privacy = new() { PerSubjectKeys = seals, Redact = redacts is null ? [] : [redacts] }
        };
        var verdict = new FeedbackRequest { Id = "1", Pipeline = "news", Head = "sentiment", Label = "positive", Text = "Ann is here" };

        Assert.Null(FeedbackAppender.GetText(pipeline, new Redactor(pipeline.Privacy.Redact), verdict, null));
        Assert.Equal("Ann is here", FeedbackAppender.GetText(new() { Name = "open" }, Redactor.None, verdict, null));
    }

    private async Task<InferenceBench> CreateBenchAsync(PrivacyOptions privacy, ServedModel? model = null, params string[] heads)
    {
        var bench = new InferenceBench(model ?? Watched(), [new() { Name = "news", Heads = ["sentiment", .. heads], Privacy = privacy }]);
        await bench.CreateTopicsAsync();
        return bench;
    }

    /// <summary>Creates a model that records the texts that it reads.</summary>
    private ServedModel Watched()
    {
        var model = TestModels.Counting();
        return model with
        {
            Encode = text =>
            {
                lock (_seen)
                {
                    if (!text.StartsWith("ok", StringComparison.Ordinal))
                        _seen.Add(text);
                }

                return model.Encode(text);
            },
        };
    }

    private static NewRecord Record(TextReceived text) =>
        EventRecord.Create("texts.news", text.Subject ?? text.Id, text, Now);

    private static NewRecord Foreign(string id, string text, string? subject = null, Dictionary<string, string>? attributes = null) =>
        new(
            "texts.news",
            Encoding.UTF8.GetBytes(id),
            Wire.Serialize(new TextReceived { Id = id, Text = text, Subject = subject, OccurredAt = Now, Attributes = attributes ?? [] }),
            Now);

    /// <summary>Returns whether any record of the log contains the words.</summary>
    private static async Task<bool> HoldsAsync(InferenceBench bench, string words)
    {
        foreach (var topic in (await bench.Log.DescribeAsync(null, Cancellation)).Select(static p => p.Topic).Distinct())
        {
            await foreach (var record in bench.Log.ReadToEndAsync(topic, null, Cancellation))
            {
                if (record.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0)
                    return true;
            }
        }

        return false;
    }
}
