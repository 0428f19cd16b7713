using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>Creates the inputs of a scenario with the true labels of the random sample, as if people labelled it at once.</summary>
internal sealed class LabelledInputs(PipelineOptions pipeline)
{
    private readonly int _sampleEvery = pipeline.Monitor.Rules.Accuracy.SampleEvery;
    private ScenarioText? _sampled;

    /// <summary>Returns the inputs for texts in the order of their arrival.</summary>
    public IEnumerable<MonitorInput> Of(IEnumerable<ScenarioText> texts, BacktestSettings settings)
    {
        foreach (var input in new InputSynthesizer(pipeline, settings).Synthesize(texts.Select(Remember)))
        {
            yield return input;
            if (input is not MonitorInput.Prediction || _sampled is not { } text)
                continue;
            foreach (var head in text.Prediction.Heads.Keys)
                yield return new MonitorInput.Feedback(LabelOf(text, head));
            _sampled = null;
        }
    }

    private TextClassified Remember(ScenarioText text)
    {
        if (RandomSample.Contains(text.Prediction.Id, _sampleEvery))
            _sampled = text;
        return text.Prediction;
    }

    private static FeedbackReceived LabelOf(ScenarioText text, string head) => new()
    {
        Id = text.Prediction.Id,
        Pipeline = text.Prediction.Pipeline,
        Head = head,
        Label = text.TruthOf(head),
        OccurredAt = text.Prediction.OccurredAt,
    };
}
