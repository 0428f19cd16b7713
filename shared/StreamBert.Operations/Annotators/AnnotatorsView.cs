using System.ComponentModel;
using StreamBert.Contracts;

namespace StreamBert.Operations.Annotators;

/// <summary>Shows the annotators of the stored feedback.</summary>
/// <param name="Annotators">The annotators, those with most labels first.</param>
/// <param name="Agreement">The agreement of the annotators in the last data set of each model, by model.</param>
public sealed record AnnotatorsView(
    IReadOnlyList<AnnotatorView> Annotators,
    [property: Description("The agreement of the annotators in the last data set of each model, by model.")]
    IReadOnlyDictionary<string, IReadOnlyList<AgreementReport>> Agreement);
