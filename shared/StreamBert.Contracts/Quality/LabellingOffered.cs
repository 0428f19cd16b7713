namespace StreamBert.Contracts;

/// <summary>Offers a text of the random sample for labelling.</summary>
public sealed record LabellingOffered
{
    /// <summary>The id of the text.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The event time of the text.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The position of the prediction, which holds the text as far as privacy allows.</summary>
    public required RecordPosition Prediction { get; init; }
}
