using StreamBert.Contracts;
using StreamBert.Training.Rollout;

namespace StreamBert.Tests.Training.Rollout;

public sealed class CanaryTrialTests
{
    /// <summary>
    /// Oracle: simulation. Candidate and champion answer alike; only the draw of the keys differs. Nothing is tolerated, so that the rate
    /// shows the tests themselves; conversations of five texts would raise it far above the stated one if each text counted for itself.
    /// </summary>
    [Theory]
    [InlineData(0.1, false, 1)]
    [InlineData(0.1, true, 5)]
    public void A_candidate_that_answers_as_the_champion_is_rolled_back_no_more_often_than_stated(
        double stated, bool isClustered, int textsPerKey)
    {
        const int Stages = 300;
        var options = new RolloutOptions { MaximumLabelShift = 0, MaximumSlowdown = 1, FalseRollbackRate = stated };

        var rolledBack = Enumerable.Range(0, Stages).Count(seed =>
            Run(new(seed, isClustered: isClustered, textsPerKey: textsPerKey), options, 1_500 / textsPerKey).Broken is not null);

        Assert.InRange(rolledBack / (double)Stages, 0, stated);
    }

    [Fact]
    public void With_the_defaults_no_equal_candidate_of_three_hundred_is_rolled_back()
    {
        var options = new RolloutOptions();

        Assert.All(Enumerable.Range(0, 300), seed => Assert.Null(Run(new(seed), options, 300).Broken));
    }

    /// <summary>The shares of negative, neutral and positive are about 0.1, 0.54 and 0.36.</summary>
    [Fact]
    public void Permuted_labels_break_the_label_shares_within_a_thousand_texts_of_the_candidate()
    {
        var trials = Enumerable.Range(0, 20).Select(static seed => Run(
            new(seed, negative: 0.1), new(), 700,
            static label => label switch { "negative" => "neutral", "neutral" => "positive", _ => "negative" })).ToList();

        Assert.All(trials, static trial => Assert.Equal("label-shift", trial.Broken?.Gate));
        Assert.All(trials, static trial => Assert.InRange(trial.Texts, 1, 1_000));
        Assert.Contains("of the champion's texts", trials[0].Broken!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_fails_is_broken_at_the_first_look()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());

        for (var text = 0; text < 20; text++)
            trial.Add(TrialStream.Prediction($"t{text}", TrialStream.Champion, "positive") with { FailedVersion = TrialStream.Candidate });

        Assert.Equal(("errors", "failed on 20 of 20 texts, 0.01 allowed"), (trial.Broken?.Gate, trial.Broken?.Text));
    }

    [Fact]
    public void One_failure_in_two_hundred_texts_breaks_nothing()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());

        for (var text = 0; text < 200; text++)
        {
            trial.Add(text == 3
                ? TrialStream.Prediction($"t{text}", TrialStream.Champion, "positive") with { FailedVersion = TrialStream.Candidate }
                : TrialStream.Prediction($"t{text}", TrialStream.Candidate, "positive"));
        }

        Assert.Equal((null, 200), (trial.Broken, trial.Texts));
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(20, true)]
    public void A_candidate_that_takes_more_than_twice_the_time_for_a_text_is_broken(double milliseconds, bool isBroken)
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        var random = new Random(5);

        for (var text = 0; text < 1_000; text++)
        {
            var (version, time) = text % 3 == 0 ? (TrialStream.Candidate, milliseconds) : (TrialStream.Champion, 4);
            trial.Add(TrialStream.Prediction($"t{text}", version, "positive", modelMs: time * (0.5 + random.NextDouble())));
        }

        Assert.Equal(isBroken ? "latency" : null, trial.Broken?.Gate);
    }

    /// <summary>Oracle: the p-value of Fisher's exact test for 2 of 20 against 18 of 20 is 3·10⁻⁷.</summary>
    [Fact]
    public void Feedback_that_contradicts_the_candidate_and_confirms_the_champion_breaks_it()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());

        for (var text = 0; text < 40; text++)
        {
            var isCandidate = text % 2 == 0;
            trial.Add(TrialStream.Prediction($"t{text}", isCandidate ? TrialStream.Candidate : TrialStream.Champion, "positive"));
            var isRight = isCandidate ? text < 4 : text < 36;
            trial.Add(Feedback($"t{text}", isRight ? "Positive" : "negative"), [$"t{text}"]);
        }

        Assert.Equal("feedback", trial.Broken?.Gate);
    }

    [Fact]
    public void Feedback_on_a_text_with_the_same_id_in_another_pipeline_says_nothing_of_the_candidate()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());

        for (var text = 0; text < 40; text++)
        {
            trial.Add(TrialStream.Prediction($"t{text}", text % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive"));
            var isRight = text % 2 != 0;
            trial.Add(Feedback($"t{text}", isRight ? "positive" : "negative") with { Pipeline = "chats" }, [$"t{text}"]);
        }

        Assert.Null(trial.Broken);
    }

    [Fact]
    public void Feedback_on_texts_from_before_the_rollout_is_ignored_and_a_text_counts_once()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        trial.Add(TrialStream.Prediction("t1", TrialStream.Candidate, "positive"));
        trial.Add(TrialStream.Prediction("t2", TrialStream.Champion, "positive"));

        for (var sent = 0; sent < 50; sent++)
        {
            trial.Add(Feedback("old", "negative"), ["old"]);
            trial.Add(Feedback("t1", "negative"), ["t1"]);
        }

        Assert.Null(trial.Broken);
    }

    [Fact]
    public void A_withdrawn_label_is_no_evidence_and_the_next_one_on_the_text_is()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        foreach (var text in Enumerable.Range(0, 40))
        {
            trial.Add(TrialStream.Prediction($"t{text}", text % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive"));
            if (text % 2 == 1)
                trial.Add(Feedback($"t{text}", "positive"), [$"t{text}"]);
        }
        var wrong = Enumerable.Range(0, 20).Select(static n => Feedback($"t{2 * n}", "negative") with { Annotator = "ben" }).ToList();
        foreach (var label in wrong.Take(4)) // too few for a look
            trial.Add(label, [label.Id]);
        foreach (var label in wrong.Take(4))
            trial.Withdraw(TrainingBench.Withdrawal(label), [label.Id]);

        foreach (var label in wrong.Take(7))
            trial.Add(label with { Label = "positive", Annotator = "eva" }, [label.Id]);

        Assert.Equal(
            "7 of 7 answers of the candidate were right by feedback, 20 of 20 of the champion's",
            Assert.Single(trial.Conditions, static condition => condition.Gate == "feedback").Text);
    }

    [Fact]
    public void The_result_of_a_look_that_counted_a_withdrawn_label_is_withdrawn_too()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        foreach (var text in Enumerable.Range(0, 20))
        {
            trial.Add(TrialStream.Prediction($"t{text}", text % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive"));
            trial.Add(Feedback($"t{text}", "positive"), [$"t{text}"]);
        }
        Assert.Contains(trial.Conditions, static condition => condition.Gate == "feedback");

        trial.Withdraw(TrainingBench.Withdrawal(Feedback("t3", "positive")), ["t3"]);

        Assert.DoesNotContain(trial.Conditions, static condition => condition.Gate == "feedback");
    }

    [Fact]
    public void The_last_label_of_an_annotator_counts_whichever_id_of_the_text_it_has()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        foreach (var text in Enumerable.Range(0, 10))
            trial.Add(TrialStream.Prediction($"#{text}", text % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive"));
        foreach (var text in Enumerable.Range(0, 4)) // two of each version
        {
            Add($"{text}", "negative", second: 1);
            Add($"#{text}", "positive", second: 2);
            Add($"{text}", "negative", second: 0);
        }
        Assert.Empty(trial.Conditions);
        trial.Withdraw(TrainingBench.Withdrawal(Feedback("0", "positive"), second: 2), ["0", "#0"]);

        foreach (var text in Enumerable.Range(4, 6).Prepend(0))
            Add($"{text}", "positive", second: 3);

        Assert.Equal(
            "5 of 5 answers of the candidate were right by feedback, 5 of 5 of the champion's", Assert.Single(trial.Conditions).Text);

        void Add(string id, string label, int second) => trial.Add(
            Feedback(id, label) with { OccurredAt = DateTimeOffset.UnixEpoch.AddSeconds(second) }, id[0] == '#' ? [id] : [id, $"#{id}"]);
    }

    [Fact]
    public void The_result_of_a_look_that_counted_a_replaced_label_is_withdrawn()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, new());
        foreach (var text in Enumerable.Range(0, 20))
        {
            trial.Add(TrialStream.Prediction($"t{text}", text % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive"));
            trial.Add(Feedback($"t{text}", "positive"), [$"t{text}"]);
        }

        trial.Add(Feedback("t3", "positive"), ["t3"]);
        Assert.Contains(trial.Conditions, static condition => condition.Gate == "feedback");
        trial.Add(Feedback("t3", "negative"), ["t3"]);

        Assert.DoesNotContain(trial.Conditions, static condition => condition.Gate == "feedback");
    }

    private static CanaryTrial Run(TrialStream stream, RolloutOptions options, int conversations, Func<string, string>? answer = null)
    {
        var trial = new CanaryTrial(TrialStream.Rollout, options);
        for (var conversation = 0; conversation < conversations; conversation++)
        {
            foreach (var prediction in stream.Next(answer))
                trial.Add(prediction);
        }
        return trial;
    }

    private static FeedbackReceived Feedback(string id, string label) => new()
    {
        Id = id,
        Pipeline = "news",
        Head = "sentiment",
        Label = label,
        OccurredAt = DateTimeOffset.UnixEpoch,
    };
}
