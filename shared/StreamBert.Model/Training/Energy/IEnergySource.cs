namespace StreamBert.Model.Training.Energy;

/// <summary>A source of the energy that a part of the machine consumes.</summary>
internal interface IEnergySource
{
    /// <summary>How the energy is determined.</summary>
    string Description { get; }

    /// <summary>Returns the energy since the last call, or since the source was created, in joules.</summary>
    double ReadJoules();
}
