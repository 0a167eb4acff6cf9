# SPDX-License-Identifier: MIT
#
# find_package(moult): the library as moult::moult, the program as moult::program, and
#
#	moult_add_upgrade(TARGET NAME RELEASES FOLDER [SQLITE X.Y.Z])
#
# which adds the library target NAME: the C unit that brings a file from any release in FOLDER
# to the newest, made by `moult plan FOLDER --format c`, with its header NAME.h and its
# function NAME_upgrade().  It needs SQLite and nothing else.  The unit is made again when a
# release changes, and a release that is refused fails the build with moult's own words.
# SQLITE is the oldest release of SQLite that runs the upgrade.
#
#	find_package(moult REQUIRED)
#	moult_add_upgrade(TARGET notes_upgrade RELEASES schema/releases SQLITE 3.24.0)
#	target_link_libraries(app PRIVATE notes_upgrade)
include(CMakeFindDependencyMacro)
find_dependency(SQLite3)

get_filename_component(moult_libdir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(moult_roots "${moult_libdir}/.." "${moult_libdir}/../..")
find_library(moult_LIBRARY moult HINTS "${moult_libdir}")
find_path(moult_INCLUDE_DIR moult.h HINTS ${moult_roots} PATH_SUFFIXES include)
find_program(moult_EXECUTABLE moult HINTS ${moult_roots} PATH_SUFFIXES bin)
mark_as_advanced(moult_LIBRARY moult_INCLUDE_DIR moult_EXECUTABLE)

if(NOT TARGET moult::moult AND moult_LIBRARY AND moult_INCLUDE_DIR)
	add_library(moult::moult UNKNOWN IMPORTED)
	set_target_properties(moult::moult PROPERTIES
		IMPORTED_LOCATION "${moult_LIBRARY}"
		INTERFACE_INCLUDE_DIRECTORIES "${moult_INCLUDE_DIR}")
	set(moult_needs SQLite::SQLite3)
	if(moult_LIBRARY MATCHES "\\.a$")
		find_dependency(LibXml2)
		find_dependency(Threads)
		list(APPEND moult_needs LibXml2::LibXml2 Threads::Threads m)
	endif()
	set_property(TARGET moult::moult PROPERTY INTERFACE_LINK_LIBRARIES ${moult_needs})
endif()
if(NOT TARGET moult::program AND moult_EXECUTABLE)
	add_executable(moult::program IMPORTED)
	set_target_properties(moult::program PROPERTIES IMPORTED_LOCATION "${moult_EXECUTABLE}")
endif()

function(moult_add_upgrade)
	cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;RELEASES;SQLITE" "")
	if(arg_UNPARSED_ARGUMENTS OR NOT arg_TARGET OR NOT arg_RELEASES)
		message(FATAL_ERROR
			"moult_add_upgrade(TARGET NAME RELEASES FOLDER [SQLITE X.Y.Z]): ${arg_UNPARSED_ARGUMENTS}")
	endif()
	set(name "${arg_TARGET}")
	if(NOT TARGET moult::program)
		message(FATAL_ERROR "moult_add_upgrade(${name}): the program moult was not found")
	endif()
	get_filename_component(folder "${arg_RELEASES}" ABSOLUTE)
	file(GLOB releases CONFIGURE_DEPENDS "${folder}/*.xml" "${folder}/releases.sum")
	if(NOT releases)
		message(FATAL_ERROR "moult_add_upgrade(${name}): there is no release in ${folder}")
	endif()
	set(sqlite)
	if(arg_SQLITE)
		set(sqlite --sqlite "${arg_SQLITE}")
	endif()
	set(made "${CMAKE_CURRENT_BINARY_DIR}/${name}-moult")
	file(MAKE_DIRECTORY "${made}")
	add_custom_command(
		OUTPUT "${made}/${name}.c" "${made}/${name}.h"
		COMMAND moult::program plan "${folder}" ${sqlite} --format c -o "${made}/${name}.c"
		DEPENDS ${releases}
		COMMENT "making ${name} of the releases in ${arg_RELEASES}"
		VERBATIM)
	add_library(${name} STATIC "${made}/${name}.c" "${made}/${name}.h")
	target_include_directories(${name} PUBLIC "${made}")
	target_link_libraries(${name} PUBLIC SQLite::SQLite3)
	set_target_properties(${name} PROPERTIES C_STANDARD 99 POSITION_INDEPENDENT_CODE ON)
endfunction()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(moult
	REQUIRED_VARS moult_LIBRARY moult_INCLUDE_DIR moult_EXECUTABLE
	VERSION_VAR moult_VERSION)
