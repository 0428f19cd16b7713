using StreamBert.Contracts;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>The serving version after so many texts, evaluated on test texts that no version has seen.</summary>
/// <param name="Texts">The number of texts that were streamed.</param>
/// <param name="Labels">The number of those that people labelled.</param>
/// <param name="Version">The version that serves.</param>
/// <param name="New">Its report on the domain that is streamed.</param>
/// <param name="Old">Its reports on the domains that the first version was trained on.</param>
/// <param name="CandidateAccuracy">The accuracy of the last candidate on the domain that is streamed, whether it serves or not.</param>
/// <param name="Refused">The gates that refused the last candidate; empty if it serves.</param>
internal sealed record AdaptationStep(
    int Texts, int Labels, string Version, DomainReport New, IReadOnlyList<DomainReport> Old, double CandidateAccuracy,
    IReadOnlyList<string> Refused);

/// <summary>The report of a version on the test texts of a domain.</summary>
internal sealed record DomainReport(string Domain, ClassificationReport Report);
