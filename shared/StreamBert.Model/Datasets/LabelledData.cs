namespace StreamBert.Model.Datasets;

/// <summary>The labelled texts of one head that a model is evaluated on.</summary>
/// <param name="Name">The name of the data in the report.</param>
/// <param name="Head">The name of the head.</param>
/// <param name="Texts">The texts.</param>
public sealed record LabelledData(string Name, string Head, IReadOnlyList<LabelledText> Texts);
