// The whole library by one import. Each room is documented by itself; the page of this module shows how they go together.
@_exported import Agents
@_exported import Body
@_exported import Campaign
@_exported import Fields
@_exported import Files
@_exported import Laws
@_exported import Matter
@_exported import Observations
@_exported import Recording
@_exported import Report
@_exported import Scenario
@_exported import Simulation
@_exported import Substrate
@_exported import Vocabulary
