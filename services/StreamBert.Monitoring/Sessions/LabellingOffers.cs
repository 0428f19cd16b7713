using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Collects the offers of texts for labelling since the last commit: the random sample of each pipeline.</summary>
internal sealed class LabellingOffers
{
    private readonly List<LabellingOffered> _offers = [];

    /// <summary>Returns the records of the offers.</summary>
    public IEnumerable<NewRecord> Records =>
        _offers.Select(static offer => EventRecord.Create(Topics.LabellingSample, offer.Id, offer, offer.OccurredAt));

    /// <summary>Offers a text if it is in the sample.</summary>
    /// <param name="prediction">The prediction of the text.</param>
    /// <param name="position">The position of the prediction.</param>
    /// <param name="every">One text in so many is offered; 0 for none.</param>
    public void Add(TextClassified prediction, RecordPosition position, int every)
    {
        if (!RandomSample.Contains(prediction.Id, every))
            return;
        _offers.Add(new()
        {
            Id = prediction.Id,
            Pipeline = prediction.Pipeline,
            OccurredAt = prediction.OccurredAt,
            Prediction = position,
        });
    }

    public void Clear() => _offers.Clear();
}
