using StreamBert.Model.Manifests;

namespace StreamBert.Model.Classification;

/// <summary>A head of a loaded model.</summary>
/// <param name="Name">The name of the head.</param>
/// <param name="Labels">The names of the labels, in the order of the logits.</param>
/// <param name="Task">One of the constants of <see cref="HeadTask"/>.</param>
public sealed record HeadInfo(string Name, IReadOnlyList<string> Labels, string Task = HeadTask.SingleLabel);
