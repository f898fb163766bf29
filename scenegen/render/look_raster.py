"""The look `raster`: deferred, physically based shading with sun, sky, shadows, lamps, haze and a camera's response."""

from __future__ import annotations

import dataclasses
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import ByteArray, FloatArray, Pinhole
from scenegen.render.beams import NO_SOURCES, Sources, VehicleBeams, joined, street_sources
from scenegen.render.changing_sky import ChangingSky
from scenegen.render.compression import compressed
from scenegen.render.contact import contact_boxes
from scenegen.render.context import GL
from scenegen.render.cover import MAP_SIDE, Metering, camera_way, meter, square_round
from scenegen.render.fall_pass import FallPass
from scenegen.render.finish import Finish, plan_shot, sun_place
from scenegen.render.geometry_pass import GBuffer, GeometryPass, set_uniform
from scenegen.render.halos import LEAST_HAZE_PER_M, Halos
from scenegen.render.haze import HAZE_DEPTH_M, haze_per_m
from scenegen.render.lamps import LampChoice, are_head_lamps_lit, choose_lamps
from scenegen.render.lane_map import LaneSquare, lane_distances, lane_texture
from scenegen.render.look import LookFrame, LookScene
from scenegen.render.look_targets import LookTargets
from scenegen.render.motion import MotionBlur, is_blurred
from scenegen.render.octahedral import half_float_rgba
from scenegen.render.precipitation import Falling
from scenegen.render.quality import PLANS, Quality, doubled
from scenegen.render.shadows import BIAS_PER_TEXEL, Cascade, SunShadows
from scenegen.render.sky import moon_lit_share
from scenegen.render.textures_gl import GLOW, SurfaceTextures
from scenegen.render.tone import EMITTED_KLX, HEAD_LAMP_KCD, clip_light, expose
from scenegen.render.transform_table import FramePoses
from scenegen.render.uniforms import write_numbers, write_whole_numbers
from scenegen.render.vehicle_table import VehicleTable
from scenegen.seeds import seed_of

LEAST_SUN = 0.03
"""Share of the light on open ground below which sun or moon is left out, and its shadows: none is seen."""
STARS_BELOW_DEG = -6.0
"""Sun elevation below which stars are drawn; in twilight the brightest alone outshine the sky."""
STAR_KLX = 2.1e-9
"""Light of a star of magnitude 0 on what faces it: 2.1 microlux (Allen's Astrophysical Quantities)."""
SIGNAL_DIMMED = 0.03
"""Share of their light that traffic lights keep at night, so that they do not dazzle."""

_UNITS = {
    "z_map": 0, "normal_map": 1, "albedo_map": 2, "id_map": 3, "open_map": 4, "shadow_map": 5, "picture": 6,
    "reflection_map": 9, "sky_map": 10, "glare_map": 11, "mirror_map": 12,
    "veil_map": 13, "sun_sight": 14, "lane_map": 15, "halo_map": 16, "motion_map": 7, "tile_map": 17,
    "cover_map": 18,
}  # fmt: skip
_SHADING = (
    "octahedral", "view", "distant_light", "shadow", "noise", "road_detail", "local_lights", "light_code", "vehicles",
    "shade_surface",
)  # fmt: skip


class RasterLook:
    """Fulfils `look.Look`. Light is fixed per stage, or follows its skies; every frame is drawn from its own poses alone."""

    surface_shader: str | None = "surface"

    def __init__(self, *, quality: Quality = "standard") -> None:
        if quality not in PLANS:
            raise ValueError(f"quality {quality!r} is not one of {', '.join(PLANS)}")
        self._plan = PLANS[quality]
        self._owned: list[Any] = []
        self._targets: dict[tuple[int, int], LookTargets] = {}
        self._gl: GL | None = None
        self.lamps_left_out = 0
        """Lamps in reach of the last frame's view that were not among the nearest `MAX_LAMPS`."""

    def load(self, scene: LookScene) -> None:
        """Take a stage and the light of its first frame; programs and textures are made the first time only."""
        if self._gl is None:
            self._start(scene)
        self._stage = scene.stage
        self._falling = Falling(seed_of(0, "raster-fall", 0, f"{scene.stage.origin_m.tolist()}") & 0xFFFFFFFF)
        self._shadows.load(scene.stage.instances.is_moving)
        self._vehicles.load(scene.stage)
        self._keep_targets({(camera.lens.width_px, camera.lens.height_px) for camera in scene.stage.cameras})
        self._lane_square: LaneSquare | None = None
        self._skies = ChangingSky(scene.stage)
        self._beams = VehicleBeams(scene.stage)
        self._metering: Metering | None = None
        self._take_light(0)

    def _take_light(self, frame: int) -> None:
        """Let light and weather be those of a frame."""
        self._lit_frame, now = frame, self._skies.at(frame)
        self.sky, self._light, self._weather = now.sky, now.light, now.weather
        # Lamps that stand nowhere near do not light the road that the camera is exposed for.
        lamps = now.light.street_lamps and bool(self._stage.street_lamps)
        self.exposure = expose(self.sky, dataclasses.replace(now.light, street_lamps=lamps), now.weather)
        self._is_wet = now.weather.road_wetness > 0 and not self._plan.is_draft
        self._is_snowy = now.weather.snow_cover > 0
        self._is_sunny = float(self.sky.sun_klx.max()) > LEAST_SUN * float(self.sky.level_klx.max())
        self._sky_map.write(half_float_rgba(self.sky.radiance * (np.pi * self.exposure.gain), self.sky.clear))
        self._reflection_map.write(half_float_rgba(self.sky.reflection * (np.pi * self.exposure.gain)))
        self._set_light()

    def bind_surfaces(self) -> None:
        """Bind textures and material tables."""
        self._textures.bind()

    def shade(self, frame: LookFrame) -> None:
        """Draw shadows, occlusion, surfaces, sky and the camera's response."""
        if self._skies.is_changing and frame.frame != self._lit_frame:
            self._take_light(frame.frame)
        self._now = self._targets_of(frame.lens)
        metering = self._metered(frame)
        cascades = self._shadows.draw(frame.poses, frame.sight, self.sky.towards_sun) if self._is_sunny else ()
        self._picture = self._stage.cameras[frame.camera].picture
        light = float(metering.exposed_for[frame.frame + 1]) if self._picture.auto_exposure else 1.0
        self._shot = plan_shot(self._picture, self.exposure, light)
        blur = self._measured_motion(frame)
        self._scene.buffers.set_poses(frame.poses, frame.cam_from_row)
        self._textures.bind()
        self._vehicles.bind(frame.cam_from_row[0])
        gbuffer, lens = self._samples(frame)
        self._bind_targets(gbuffer)
        self._occlusion(frame, lens)
        self._surfaces_and_sky(frame, gbuffer, lens, cascades)
        self._finish(frame, blur)

    def read(self) -> ByteArray:
        """Give the colour last drawn, (H, W, 3) uint8 sRGB."""
        width, height = self._now.size_px
        self._now.picture_out.read_into(self._now.host)
        rgb = np.frombuffer(self._now.host, np.uint8).reshape(height, width, 4)[..., :3].copy()
        return compressed(rgb, self._picture.jpeg_quality)

    def close(self) -> None:
        """Give device memory back."""
        if self._gl is None:
            return
        self._keep_targets(set())
        self._shadows.release()
        self._vehicles.release()
        if self._halos is not None:
            self._halos.release()
        self._textures.release()
        for item in self._owned:
            item.release()
        self._owned, self._gl = [], None

    def _start(self, scene: LookScene) -> None:
        """Make what does not depend on the stage."""
        gl = self._gl = scene.gl
        self._scene = scene
        self._textures = SurfaceTextures(gl, scene.texture_layers, is_draft=self._plan.is_draft)
        self._vehicles = VehicleTable(gl)
        self._shadows = SunShadows(gl, scene.buffers, scene.leaf_mask, self._plan)
        self._sky_map = self._keep(_float_map(gl, _SKY_SHAPE))
        self._reflection_map = self._keep(_float_map(gl, _REFLECTION_SHAPE))
        view = ("octahedral", "view")
        self._ao = self._program((*view, "ao"))
        self._ao_blur = self._program((*view, "contact", "ao_blur"))
        self._surface_programs: dict[tuple[str, ...], Any] = {}
        self._sky_programs: dict[tuple[str, ...], Any] = {}
        self._halos: Halos | None = None
        self._cover_map = self._keep(gl.texture((MAP_SIDE, MAP_SIDE), 2, "f4"))
        self._motion: MotionBlur | None = None
        self._camera = Finish(self._program, is_draft=self._plan.is_draft)
        self._shrink = self._program(("shrink",))
        self._extra_geometry: GeometryPass | None = None
        self._mirror: tuple[Any, Any] | None = None
        self._lane_map: Any = None
        self._fall_passes: dict[tuple[str, ...], FallPass] = {}

    def _surface_program(self) -> Any:
        """Give the shading program of the stage's kind of light and weather, built when first needed."""
        is_covered = self._metering is not None and self._metering.cover is not None
        wanted = {
            "DRAFT": self._plan.is_draft, "LAMPS": self.exposure.is_lit, "WET": self._is_wet, "SUNLESS": not self._is_sunny,
            "SNOW": self._is_snowy, "HALO": self._has_halos, "COVERED": is_covered,
        }  # fmt: skip
        defines = tuple(name for name, is_wanted in wanted.items() if is_wanted)
        if self._is_wet and self._mirror is None:
            self._mirror = self._program((*_SHADING, "puddles", "wet_mirror"))
            self._mirror_blur = self._program(("wet_blur",))
        if defines not in self._surface_programs:
            wet, snow = ("puddles", "wet_ground") * self._is_wet, ("snow",) * self._is_snowy
            parts = (*_SHADING, *wet, *snow, *("cover",) * is_covered, "shade")
            self._surface_programs[defines] = self._program(parts, defines)
        return self._surface_programs[defines]

    def _sky_program(self) -> Any:
        """Give the program of sky pixels, by night with stars."""
        defines = ("NIGHT",) * (self._light.sun_elevation_deg < STARS_BELOW_DEG) + ("HALO",) * self._has_halos
        if defines not in self._sky_programs:
            parts = ("octahedral", "view", "distant_light", "noise", "light_code", "sky")
            self._sky_programs[defines] = self._program(parts, defines)
        return self._sky_programs[defines]

    def _lit_programs(self) -> list[Any]:
        """Give the programs of the stage that read its light and the camera."""
        mirror = [self._mirror] if self._is_wet and self._mirror is not None else []
        return [program for program, _ in (self._surface, self._sky, *mirror)]

    def _keep(self, item: Any) -> Any:
        self._owned.append(item)
        return item

    def _program(self, fragment: tuple[str, ...], defines: tuple[str, ...] = ()) -> Any:
        """Build a full-screen pass: (program, vertex array), with its samplers on their units."""
        gl = self._scene.gl
        program = self._keep(gl.program(("full_screen",), fragment, defines=defines))
        for name, unit in _UNITS.items():
            set_uniform(program, name, unit)
        return program, self._keep(gl.ctx.vertex_array(program, []))

    def _targets_of(self, lens: Pinhole) -> LookTargets:
        """Give the targets of a picture size, made when first needed."""
        size = (lens.width_px, lens.height_px)
        if size not in self._targets:
            self._targets[size] = LookTargets(self._scene.gl, size, self._plan, glare_unit=_UNITS["picture"])
        return self._targets[size]

    def _keep_targets(self, sizes: set[tuple[int, int]]) -> None:
        """Give the targets of all other picture sizes back."""
        for size in [size for size in self._targets if size not in sizes]:
            self._targets.pop(size).release()
        if self._motion is not None:
            self._motion.keep_only(sizes)

    def _set_light(self) -> None:
        """Hand the stage's light to the shaders, exposed."""
        sky, gain, weather = self.sky, self.exposure.gain, self._weather
        haze = self._haze_per_m = haze_per_m(weather)
        self._has_halos = self.exposure.is_lit and haze > LEAST_HAZE_PER_M
        if self._has_halos and self._halos is None:
            self._halos = Halos(self._scene.gl, self._program)
        emitted = np.array(EMITTED_KLX, np.float32) * gain
        if not self.exposure.is_lit:
            emitted[GLOW["window"] : GLOW["street_lamp"] + 1] = 0.0
        else:
            emitted[GLOW["signal_red"] : GLOW["signal_green"] + 1] *= SIGNAL_DIMMED
        if not are_head_lamps_lit(self._light, weather):
            emitted[GLOW["head"] : GLOW["tail"] + 1] = 0.0
        head = self._head_lamps = HEAD_LAMP_KCD * gain * np.array([1.0, 0.93, 0.82]) * self.exposure.is_lit
        self._surface, self._sky = self._surface_program(), self._sky_program()
        if self._light.sun_elevation_deg < STARS_BELOW_DEG:
            set_uniform(self._sky[0], "moon_lit", moon_lit_share(self._light.moonlight))
            set_uniform(self._sky[0], "star_light", STAR_KLX * float(gain.mean()))
        for program in self._lit_programs():
            write_numbers(program, "ambient_sh", sky.ambient_sh * (np.pi * gain))
            write_numbers(program, "horizon", sky.horizon * (np.pi * gain))
            write_numbers(program, "towards_sun", sky.towards_sun)
            write_numbers(program, "glow_towards", sky.glow_towards)
            write_numbers(program, "sun_light", sky.sun_klx * gain)
            write_numbers(program, "emitted", emitted)
            write_numbers(program, "head_lamps", head)
            set_uniform(program, "haze_per_m", haze)
            if self._metering is not None:
                set_uniform(program, "cover_area", self._metering.area)
            set_uniform(program, "haze_depth_m", HAZE_DEPTH_M)
            set_uniform(program, "wetness", weather.road_wetness)
            set_uniform(program, "stride", self._plan.ao_stride)
        if self._is_snowy:
            self._set_snow()

    def _set_snow(self) -> None:
        """Hand the snow and the wheels' tracks in it to the surface shader."""
        if self._lane_map is None:
            self._lane_map = self._keep(lane_texture(self._scene.gl))
        if self._lane_square is None:
            distances, self._lane_square = lane_distances(self._stage)
            self._lane_map.write(np.ascontiguousarray(distances))
        square = self._lane_square
        set_uniform(self._surface[0], "snow_cover", self._weather.snow_cover)
        write_numbers(self._surface[0], "lane_square", np.array([*square.middle_m, square.side_m]))

    def _samples(self, frame: LookFrame) -> tuple[GBuffer, Pinhole]:
        """Give the G-buffer to shade: the labels' own, or one of four times the pixels drawn for colour alone."""
        own = self._now.own_gbuffer
        if own is None:
            return frame.gbuffer, frame.lens
        if self._extra_geometry is None:
            scene = self._scene
            self._extra_geometry = GeometryPass(scene.gl, scene.buffers, scene.leaf_mask, surface=self.surface_shader)
        lens = doubled(frame.lens)
        self._extra_geometry.draw(own, lens, frame.visible)
        return own, lens

    def _bind_targets(self, gbuffer: GBuffer) -> None:
        """Put what the passes read on its texture units."""
        gbuffer.z_m.use(_UNITS["z_map"])
        gbuffer.normal.use(_UNITS["normal_map"])
        if gbuffer.albedo is None:
            raise ValueError("the look `raster` needs a G-buffer with albedo")
        gbuffer.albedo.use(_UNITS["albedo_map"])
        self._cover_map.use(_UNITS["cover_map"])
        gbuffer.id.use(_UNITS["id_map"])
        self._shadows.map.use(_UNITS["shadow_map"])
        self._reflection_map.use(_UNITS["reflection_map"])
        self._sky_map.use(_UNITS["sky_map"])
        if self._is_snowy and self._lane_map is not None:
            self._lane_map.use(_UNITS["lane_map"])

    def _occlusion(self, frame: LookFrame, lens: Pinhole) -> None:
        """Draw ambient occlusion at reduced size and blur it."""
        world_from_cam = frame.poses.world_from_cam[0]
        boxes = contact_boxes(self._scene.buffers, frame.poses, frame.visible, self._stage.origin_m)
        write_numbers(self._ao_blur[0], "contact_boxes", boxes)
        write_numbers(self._ao_blur[0], "world_from_cam", world_from_cam[:3, :3].T)
        write_numbers(self._ao_blur[0], "eye_m", world_from_cam[:3, 3] - self._stage.origin_m)
        self._scene.gl.ctx.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        rough, open_map = self._now.framebuffers[:2]
        for (program, array), target in ((self._ao, rough), (self._ao_blur, open_map)):
            write_numbers(program, "lens", np.array([lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px]))
            set_uniform(program, "stride", self._plan.ao_stride)
            set_uniform(program, "taps", self._plan.ao_taps)
            target.use()
            array.render(moderngl.TRIANGLES, vertices=3)
            self._now.open_rough.use(_UNITS["open_map"])
        self._now.open_map.use(_UNITS["open_map"])

    def _surfaces_and_sky(self, frame: LookFrame, gbuffer: GBuffer, lens: Pinhole, cascades: tuple[Cascade, ...]) -> None:
        """Shade every surface pixel, then every sky pixel, told apart by the depth test."""
        ctx = self._scene.gl.ctx
        world_from_cam = frame.poses.world_from_cam[0]
        lamps = choose_lamps(self._sources(frame.poses), world_from_cam, frame.lens)
        self.lamps_left_out = lamps.left_out
        surface = self._surface
        shot = self._shot
        set_uniform(
            self._sky[0], "clip_light", clip_light(shot.response.curve) * shot.response.headroom / float(shot.share.mean())
        )
        for program in self._lit_programs():
            write_numbers(program, "lens", np.array([lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px]))
            write_numbers(program, "world_from_cam", world_from_cam[:3, :3].T)
        self._set_frame(surface[0], world_from_cam, cascades, lamps)
        if self._is_wet and self._mirror is not None:
            self._set_frame(self._mirror[0], world_from_cam, cascades, lamps)
            self._wet_ground((self._mirror, self._mirror_blur))
        if self._has_halos and self._halos is not None:
            self._halos.draw(
                (lens.width_px, lens.height_px), lens, lamps.count, self._haze_per_m,
                lambda program: self._set_lamps(program, world_from_cam, lamps),
            ).use(_UNITS["halo_map"])  # fmt: skip
        target = self._now.colour_target(gbuffer)
        target.use()
        ctx.enable_only(moderngl.DEPTH_TEST)
        target.depth_mask = False
        ctx.depth_func = "<"
        surface[1].render(moderngl.TRIANGLES, vertices=3)
        ctx.depth_func = "=="
        self._sky[1].render(moderngl.TRIANGLES, vertices=3)
        target.depth_mask = True
        ctx.disable(moderngl.DEPTH_TEST)
        self._fall(frame, target, lens, lamps)

    def _fall(self, frame: LookFrame, target: Any, lens: Pinhole, lamps: LampChoice) -> None:
        """Draw rain and snow in the air."""
        weather, poses = self._weather, frame.poses
        if max(weather.rain, weather.snow) <= 0:
            return
        defines = ("LAMPS",) * self.exposure.is_lit + ("DRAFT",) * self._plan.is_draft
        if defines not in self._fall_passes:
            self._fall_passes[defines] = self._keep(FallPass(self._scene.gl, ("light_code",), defines))
        drawn = self._fall_passes[defines]
        self._set_lamps(drawn.program, poses.world_from_cam[0], lamps)
        moved = poses.world_from_cam[1, :3, 3] - poses.world_from_cam[2, :3, 3]
        fall = self._falling.at(
            frame.frame / self._stage.fps, (weather.rain, weather.snow), poses.world_from_cam[0],
            moved * (self._stage.fps / 2), self._shot.exposure_s,
        )  # fmt: skip
        drawn.draw(target, lens, fall, self.sky.level_klx * self.exposure.gain)

    def _sources(self, poses: FramePoses) -> Sources:
        """Give the lamps that burn at a frame."""
        if not self.exposure.is_lit:
            return NO_SOURCES
        return joined(street_sources(self._stage.street_lamps), self._beams.at(poses))

    def _wet_ground(self, passes: tuple[Any, Any]) -> None:
        """Draw what wet ground mirrors at reduced size and blur it."""
        for (_, array), target, drawn in zip(passes, self._now.framebuffers[4:], self._now.mirrored, strict=True):
            target.use()
            array.render(moderngl.TRIANGLES, vertices=3)
            drawn.use(_UNITS["mirror_map"])

    def _set_frame(self, program: Any, world_from_cam: FloatArray, cascades: tuple[Cascade, ...], lamps: LampChoice) -> None:
        """Hand what changes with the frame to the surface shader."""
        write_numbers(program, "eye_m", world_from_cam[:3, 3] - self._stage.origin_m)
        if cascades:
            write_numbers(program, "cascade_lines", np.concatenate([c.map_from(world_from_cam) for c in cascades]))
            write_numbers(program, "cascade_texel_m", np.array([*(c.texel_m for c in cascades), BIAS_PER_TEXEL]))
        self._set_lamps(program, world_from_cam, lamps)

    def _set_lamps(self, program: Any, world_from_cam: FloatArray, lamps: LampChoice) -> None:
        """Hand the lamps that light a frame to a shader that reads `local_lights.glsl`."""
        write_numbers(program, "up_cam", world_from_cam[2, :3])
        write_numbers(program, "head_lamps", self._head_lamps)
        write_whole_numbers(program, "lamp_ranges", lamps.ranges)
        write_numbers(program, "lamp_place", lamps.place_cam)
        write_numbers(program, "lamp_axis", lamps.axis_cam)
        write_numbers(program, "lamp_colour", lamps.candela * (1e-3 * self.exposure.gain))

    def _metered(self, frame: LookFrame) -> Metering:
        """Meter the clip once: what covers its way, and how its cameras are exposed."""
        if self._metering is None:
            way_m = camera_way(self._stage)
            middle, half_m = square_round(way_m)
            tops = self._shadows.tops(frame.poses, middle + self._stage.origin_m, half_m)
            self._metering = meter(self._stage, way_m, tops)
            if self._metering.cover is not None:
                self._cover_map.write(self._metering.cover)
                self._set_light()
        return self._metering

    def _measured_motion(self, frame: LookFrame) -> MotionBlur | None:
        """Measure how things move in a frame, where that shows while the shutter is open."""
        is_known = self._stage.near_rows is not None and self._stage.cameras[frame.camera].near is not None
        if (
            not (self._picture.motion_blur and is_known and is_blurred(frame.lens, self._shot.exposure_s))
            or self._plan.is_draft
        ):
            return None
        if self._motion is None:
            self._motion = MotionBlur(self._scene.gl, self._scene.buffers, self._program, units=_UNITS)
        self._motion.measure(frame, self._stage)
        return self._motion

    def _finish(self, frame: LookFrame, blur: MotionBlur | None) -> None:
        """Average samples, blur what moves, then let the camera make its picture."""
        now = self._now
        source = now.developed
        if now.own_gbuffer is not None:
            source.use(_UNITS["picture"])
            now.framebuffers[3].use()
            self._shrink[1].render(moderngl.TRIANGLES, vertices=3)
            source = now.shrunk
        if blur is not None:
            source = blur.draw(frame, source, self._shot.exposure_s / self._stage.tick_s)
        noise_key = seed_of(frame.frame, "raster-noise", frame.camera, f"{self._stage.origin_m.tolist()}") & 0xFFFFFFFF
        sun = sun_place(self.sky, self.exposure, frame.poses.world_from_cam[0], frame.lens)
        self._camera.draw(now, source, self._picture, self._shot, sun, noise_key, units=_UNITS)


_SKY_SHAPE = (512, 512)
_REFLECTION_SHAPE = (64, 64, 5)


def _float_map(gl: GL, shape: tuple[int, ...]) -> Any:
    """Make an empty half-float map with linear filter, an array where the shape has layers."""
    make = gl.ctx.texture if len(shape) == 2 else gl.ctx.texture_array
    texture = make(shape, 4, dtype="f2")
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture
