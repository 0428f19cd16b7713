using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>Judges a candidate by the evidence of one stage.</summary>
internal interface ITrial
{
    /// <summary>The number of texts that the candidate answered or failed on.</summary>
    long Texts { get; }

    /// <summary>The conditions as of the last look, or of the look that broke one.</summary>
    IReadOnlyList<GateResult> Conditions { get; }

    /// <summary>The figures as they are now.</summary>
    TrialFigures Figures { get; }

    /// <summary>The first broken condition; null if there is none.</summary>
    GateResult? Broken { get; }
}
