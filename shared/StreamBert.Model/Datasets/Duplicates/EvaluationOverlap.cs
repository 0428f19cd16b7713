namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>How a training text relates to the texts that a model is evaluated on.</summary>
public enum EvaluationOverlap
{
    /// <summary>It resembles none of them.</summary>
    None,

    /// <summary>It is a near-duplicate of one of them.</summary>
    NearDuplicate,

    /// <summary>The model reads it identically to one of them.</summary>
    Twin,
}
